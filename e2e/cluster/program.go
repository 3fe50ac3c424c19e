package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// stopLimit is how long a program may take to stop before it is killed.
const stopLimit = 20 * time.Second

// Program is a program that runs until it is stopped or this process is gone.
type Program struct {
	name    string
	command *exec.Cmd
	logs    *logBuffer
	ended   chan struct{}
	err     error // once it has ended

	mu   sync.Mutex
	told bool // to end
}

// StartProgram runs the program at a path, on a leash that it keeps in dir. env is
// added to the environment.
func StartProgram(dir, path string, args, env []string) (*Program, error) {
	leash, err := leashed(dir, path)
	if err != nil {
		return nil, err
	}
	p := &Program{
		name: filepath.Base(path), command: exec.Command(leash,
			args...), logs: &logBuffer{}, ended: make(chan struct{}),
	}
	p.command.Env = append(os.Environ(), env...)
	p.command.Stdout, p.command.Stderr = p.logs, p.logs
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	go func() {
		p.err = p.command.Wait()
		close(p.ended)
	}()
	return p, nil
}

// PID is the id of the program's process.
func (p *Program) PID() int { return p.command.Process.Pid }

// Logs returns what the program has said so far.
func (p *Program) Logs() string { return p.logs.String() }

// Tail returns the last n lines that the program has said.
func (p *Program) Tail(n int) string { return p.logs.Tail(n) }

// Running is an error when the program has ended.
func (p *Program) Running() error {
	select {
	case <-p.ended:
		return fmt.Errorf("%s has ended by itself: %w", p.name, errors.Join(p.err, errors.New(p.logs.Tail(5))))
	default:
		return nil
	}
}

// Stop asks the program to end, kills it when it does not, and waits for its end.
// It is an error when it had ended before.
func (p *Program) Stop() error { return p.end(syscall.SIGTERM) }

// Kill ends the program as a crash does (SIGKILL), and waits for its end.
func (p *Program) Kill() error { return p.end(syscall.SIGKILL) }

func (p *Program) end(signal os.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told {
		return nil
	}
	p.told = true
	if err := p.Running(); err != nil {
		return err
	}
	if err := p.command.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("end %s: %w", p.name, err)
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(stopLimit):
	}
	if err := p.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill %s: %w", p.name, err)
	}
	<-p.ended
	return fmt.Errorf("%s did not end within %s of signal %s, and was killed", p.name, stopLimit, signal)
}

// tokenLifetime is longer than any test.
const tokenLifetime = 12 * time.Hour

// AccountKubeconfig is a kubeconfig with a token of a ServiceAccount, as its pods
// have one.
func (c *Cluster) AccountKubeconfig(ctx context.Context, namespace, name string) ([]byte, error) {
	request := &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(tokenLifetime / time.Second))},
	}
	accounts := c.Clientset.CoreV1().ServiceAccounts(namespace)
	answer, err := accounts.CreateToken(ctx, name, request, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("ask for a token of ServiceAccount %s/%s: %w", namespace, name, err)
	}
	only := "only"
	return clientcmd.Write(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{only: {
			Server: c.Config.Host, CertificateAuthorityData: c.Config.CAData,
		}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{only: {Token: answer.Status.Token}},
		Contexts:       map[string]*clientcmdapi.Context{only: {Cluster: only, AuthInfo: only}},
		CurrentContext: only,
	})
}
