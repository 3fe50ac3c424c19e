package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Crash ends the API server as a crash does (SIGKILL) and starts it again, with what etcd holds. It returns when
// requests are judged by RBAC again.
func (c *Cluster) Crash(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(c.dir, "kube-apiserver"+pidSuffix))
	if err != nil {
		return fmt.Errorf("find the API server: %w", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("find the API server: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("end the API server: %w", err)
	}
	err = WaitFor(ctx, "the API server to be gone", func(context.Context) (bool, string, error) {
		return syscall.Kill(pid, 0) != nil, "it is there", nil
	})
	if err != nil {
		return err
	}
	server := c.env.ControlPlane.GetAPIServer()
	if err := server.Stop(); err != nil {
		return fmt.Errorf("stop the API server: %w", err)
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("start the API server again: %w\n%s", err, c.logs.Tail(20))
	}
	return c.settleRBAC(ctx)
}
