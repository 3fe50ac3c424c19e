package page

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// root is the folder of the repository.
var root = filepath.Join("..", "..")

// browser has one process of Chromium for all tests.
var browser context.Context

func TestMain(m *testing.M) {
	stop, err := prepare()
	if err != nil {
		fmt.Fprintln(os.Stderr, "page:", err)
		os.Exit(1) //nolint:forbidigo // TestMain is the main function of a test program.
	}
	code := m.Run()
	stop()
	os.Exit(code) //nolint:forbidigo // TestMain is the main function of a test program.
}

// prepare finds the built programs, and starts the browser.
func prepare() (stop func(), err error) {
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	for _, program := range []string{"cloison", "cloison-layout"} {
		if _, err := os.Stat(filepath.Join(root, "bin", program)); err != nil {
			return nil, fmt.Errorf(`find bin/%s ("make build" builds it): %w`, program, err)
		}
	}
	program, err := findChromium()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.WindowSize(1440, 1000))
	all, stopAll := chromedp.NewExecAllocator(context.Background(), options...)
	var stopBrowser context.CancelFunc
	browser, stopBrowser = chromedp.NewContext(all)
	stop = func() {
		stopBrowser()
		stopAll()
	}
	if err := chromedp.Do(browser); err != nil {
		stop()
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	return stop, nil
}

// findChromium looks for the browser that the Makefile installs where there is none.
func findChromium() (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	for _, name := range names {
		if program, err := exec.LookPath(name); err == nil {
			return program, nil
		}
	}
	return "", fmt.Errorf(`none of %q is on PATH: "make -C e2e chromium" installs Debian's, or install it with: `+
		"apt-get install --no-install-recommends chromium", names)
}
