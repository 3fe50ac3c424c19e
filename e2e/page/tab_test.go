package page

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tab is a page that is open in the browser. At the end of the test nothing must have been logged or fetched.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// watcher has what the browser said while a page was open.
type watcher struct {
	mutex sync.Mutex
	said  []string
}

func (w *watcher) add(format string, values ...any) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.said = append(w.said, fmt.Sprintf(format, values...))
}

func (w *watcher) hear(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if to, err := url.Parse(e.Request.URL); err != nil || to.Scheme != "file" && to.Scheme != "data" {
			w.add("request to %s", e.Request.URL)
		}
	case *runtime.EventConsoleAPICalled:
		w.add("console %s: %v", e.Type, e.Args)
	case *runtime.EventExceptionThrown:
		w.add("exception: %s", e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		w.add("log %s: %s", e.Entry.Level, e.Entry.Text)
	}
}

// violations tells the console of what the page's policy refuses.
const violations = `addEventListener("securitypolicyviolation", (e) => console.error("refused: " + e.violatedDirective + " " + e.blockedURI))`

// open opens a page from a file, as people do.
func open(t *testing.T, content []byte, scheme string) *tab {
	t.Helper()
	o := &tab{t: t}
	heard := o.start(scheme)
	t.Cleanup(func() {
		heard.mutex.Lock()
		defer heard.mutex.Unlock()
		assert.Empty(t, heard.said, "nothing may be logged, refused or fetched")
	})
	o.run(chromedp.Navigate("file://" + filepath.ToSlash(save(t, "page.html", content))))
	return o
}

// start opens an empty tab, with what listens to it.
func (o *tab) start(scheme string) *watcher {
	o.t.Helper()
	ctx, stop := chromedp.NewContext(browser)
	o.t.Cleanup(stop)
	heard := &watcher{}
	require.NoError(o.t, chromedp.Listen(ctx, heard.hear))
	var cancel context.CancelFunc
	o.ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	o.t.Cleanup(cancel)
	send(o, network.Enable, network.EnableParams{})
	send(o, log.Enable, cdp.Empty{})
	send(o, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: violations})
	o.prefer(scheme)
	return heard
}

// send calls the browser by its protocol.
func send[P, R any](o *tab, command cdp.Command[P, R], params P) R {
	o.t.Helper()
	answer, err := chromedp.Call(o.ctx, command, params)
	require.NoError(o.t, err)
	return answer
}

// prefer is what the system prefers: light or dark.
func (o *tab) prefer(scheme string) {
	o.t.Helper()
	send(o, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"}, // so that nothing moves while it is clicked
		},
	})
}

func (o *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	o.t.Helper()
	require.NoError(o.t, chromedp.Do(o.ctx, actions...))
}

// get runs an action that has an answer.
func get[T any](o *tab, action chromedp.Action[T]) T {
	o.t.Helper()
	answer, err := chromedp.Run(o.ctx, action)
	require.NoError(o.t, err)
	return answer
}

// ask evaluates an expression of JavaScript, as the tools of developers do, which the page's policy does not hold.
func ask[T any](o *tab, expression string) T {
	o.t.Helper()
	return get(o, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// press sends keys to what is focused.
func (o *tab) press(keys string) {
	o.t.Helper()
	o.run(chromedp.KeyEvent(keys))
}
