package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const (
	tabTime  = 60 * time.Second // of a spec in a tab
	waitTime = 15 * time.Second // for one condition
)

// chrome is the one browser of the suite, which runs serially.
var chrome struct {
	ctx  context.Context
	stop func()
}

var _ = AfterSuite(func() {
	if chrome.stop != nil {
		chrome.stop()
	}
})

// findChrome returns a browser's path, or "".
func findChrome() string {
	for _, name := range []string{os.Getenv("LOCALSEPAY_CHROME"), "chromium", "chromium-browser", "google-chrome", "chromium-headless-shell", "chrome-headless-shell"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	return ""
}

// browser starts the browser when a spec asks for it first. Names below .test,
// and SePay's, lead to this machine: no request leaves it.
func browser() context.Context {
	GinkgoHelper()
	if chrome.ctx != nil {
		return chrome.ctx
	}
	path := findChrome()
	if path == "" {
		const missing = "no browser: install chromium, or name one in LOCALSEPAY_CHROME"
		if os.Getenv("CI") != "" {
			Fail(missing)
		}
		Skip(missing)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * 127.0.0.1"),
		// Chromium opens http of some names as https first.
		chromedp.Flag("disable-features", "Translate,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	chrome.stop = func() {
		bounded, done := context.WithTimeout(ctx, waitTime)
		defer done()
		_ = chromedp.Cancel(bounded)
		cancel()
		free()
	}
	Expect(within(waitTime, func() error { return chromedp.Do(ctx) })).To(Succeed(), path)
	chrome.ctx = ctx
	return ctx
}

// within bounds a call that takes no deadline of its own: the context that
// starts the browser must live on.
func within(d time.Duration, call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(d):
		return context.DeadlineExceeded
	}
}

// seen is what a tab met.
type seen struct {
	// wrongs are dialogs, exceptions, errors of the console, and violations of a
	// security policy: what no page of ours may have.
	wrongs []string
	// blocked are the documents that a frame was refused.
	blocked int
	// bytes were loaded, with headers; requests are their addresses.
	bytes    float64
	requests []string
	statuses map[string]int64
}

// tab is one tab of the browser, with its own cookies and cache.
type tab struct {
	ctx context.Context
	mu  sync.Mutex
	seen
}

// newTab opens a tab for a spec and closes it at its end, where it must have
// met nothing wrong.
func newTab(setup ...chromedp.Action[chromedp.Void]) *tab {
	GinkgoHelper()
	parent := browser()
	bounded, cancel := context.WithTimeout(parent, tabTime)
	return openTab(bounded, cancel, append(setup, listening), chromedp.WithNewBrowserContext())
}

// watch makes a tab report what the browser hides from Log and Runtime.
const watch = `document.addEventListener("securitypolicyviolation", (e) => console.error("CSP: " + e.violatedDirective + " " + e.blockedURI))`

var listening = chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
	_, err := cdp.Call(ctx, t, audits.Enable, cdp.Empty{})
	return err
})

// beforeLoad runs a script in every document before its own.
func beforeLoad(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}

// noScript is a browser without JavaScript.
var noScript = chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
	_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	return err
})

func openTab(parent context.Context, end context.CancelFunc, setup []chromedp.Action[chromedp.Void], options ...chromedp.ContextOption) *tab {
	GinkgoHelper()
	t := &tab{seen: seen{statuses: map[string]int64{}}}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(t.listen))...)
	t.ctx = ctx
	DeferCleanup(func() {
		if CurrentSpecReport().Failed() {
			t.debris()
		}
		cancel()
		end()
		Expect(t.met().wrongs).To(BeEmpty(), "what the tab met")
	})
	t.do(append(setup, beforeLoad(watch))...)
	return t
}

// debris shows what a failed spec saw last.
func (t *tab) debris() {
	if text, err := chromedp.Run(t.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`)); err == nil {
		AddReportEntry("the page", text)
	}
	if picture, err := chromedp.Run(t.ctx, chromedp.FullScreenshot(100)); err == nil {
		_ = os.WriteFile(filepath.Join(pictures(), "failed-"+strconv.Itoa(CurrentSpecReport().LeafNodeLocation.LineNumber)+".png"), picture, 0o644)
	}
}

func (t *tab) met() seen {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.seen
	out.statuses = maps.Clone(out.statuses)
	return out
}

// forgive forgets what a spec provoked on purpose, and returns it.
func (t *tab) forgive() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	was := t.wrongs
	t.wrongs = nil
	return was
}

func (t *tab) listen(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	wrong := func(format string, args ...any) { t.wrongs = append(t.wrongs, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *page.EventJavascriptDialogOpening:
		wrong("dialog: %s", e.Message)
	case *runtime.EventExceptionThrown:
		wrong("exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "assert" {
			wrong("console: %s", e.Args[0].Value)
		}
	case *cdplog.EventEntryAdded:
		// A status of 400 is what some specs are about, and no error of a page.
		if e.Entry.Level == cdplog.EntryLevelError && e.Entry.Source != cdplog.EntrySourceNetwork {
			wrong("log: %s", e.Entry.Text)
		}
	case *audits.EventIssueAdded:
		if d := e.Issue.Details.ContentSecurityPolicyIssueDetails; d != nil {
			wrong("policy: %s %s", d.ViolatedDirective, d.BlockedURL)
		}
	case *network.EventRequestWillBeSent:
		t.requests = append(t.requests, e.Request.Method+" "+e.Request.URL)
	case *network.EventResponseReceived:
		at, _, _ := strings.Cut(e.Response.URL, "?")
		t.statuses[at] = e.Response.Status
	case *network.EventLoadingFinished:
		t.bytes += e.EncodedDataLength
	case *network.EventLoadingFailed:
		if e.ErrorText == "net::ERR_BLOCKED_BY_RESPONSE" {
			t.blocked++
		}
	}
}

// do runs actions that must succeed.
func (t *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	GinkgoHelper()
	Expect(chromedp.Do(t.ctx, steps...)).To(Succeed())
}

func (t *tab) visit(address string) { GinkgoHelper(); t.do(chromedp.Navigate(address)) }

// click waits for an element to be visible and clicks it. A page that is drawn again
// meanwhile has another element in its place.
func (t *tab) click(css string) {
	GinkgoHelper()
	bounded, cancel := context.WithTimeout(t.ctx, waitTime)
	defer cancel()
	for {
		err := chromedp.Do(bounded, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
		if gone, is := errors.AsType[*cdproto.Error](err); is && gone.Code == noSuchNode && bounded.Err() == nil {
			continue
		}
		Expect(err).To(Succeed(), css)
		return
	}
}

// noSuchNode is Chromium's code for an element that it found and that is gone.
const noSuchNode = -32000

// write types a text in the place of an input's.
func (t *tab) write(css, text string) {
	GinkgoHelper()
	becomes[bool](t, fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.focus(); e.select(); return e.checkVisibility(); })()`, css), true)
	if text == "" {
		text = kb.Backspace
	}
	t.do(chromedp.KeyEvent(text))
}

// eval is the value of an expression in the page.
func eval[T any](t *tab, expression string) T {
	GinkgoHelper()
	v, err := chromedp.Run(t.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	Expect(err).NotTo(HaveOccurred(), expression)
	return v
}

// becomes waits until an expression has a value; a page on its way has none.
func becomes[T any](t *tab, expression string, matcher any) {
	GinkgoHelper()
	if _, ok := matcher.(OmegaMatcher); !ok {
		matcher = Equal(matcher)
	}
	Eventually(func() (T, error) {
		bounded, cancel := context.WithTimeout(t.ctx, waitTime)
		defer cancel()
		return chromedp.Run(bounded, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	}, waitTime, "20ms").Should(matcher.(OmegaMatcher), expression)
}

// shows waits for texts on the page.
func (t *tab) shows(texts ...string) {
	GinkgoHelper()
	for _, text := range texts {
		becomes[string](t, "document.body.innerText", ContainSubstring(text))
	}
}

// lands waits until the tab is at an address.
func (t *tab) lands(address string) {
	GinkgoHelper()
	becomes[string](t, "location.href", address)
}

// size gives the tab the size of a screen; a narrow one is a phone's.
func (t *tab) size(width, height int64) {
	GinkgoHelper()
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(1)}
	if width < 500 {
		options = []chromedp.EmulateViewportOption{chromedp.EmulateScale(2), chromedp.EmulateMobile}
	}
	t.do(chromedp.EmulateViewport(width, height, options...))
}

// pictures is the directory of the screenshots, outside of the repository.
func pictures() string {
	dir := os.Getenv("LOCALSEPAY_SCREENSHOTS")
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "localsepay-screenshots")
	}
	_ = os.MkdirAll(dir, 0o755)
	return dir
}

// picture writes a screenshot of the whole page.
func (t *tab) picture(name string) {
	GinkgoHelper()
	data, err := chromedp.Run(t.ctx, chromedp.FullScreenshot(100))
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(filepath.Join(pictures(), name+".png"), data, 0o644)).To(Succeed())
}

// popup clicks what opens another tab and returns that tab.
func (t *tab) popup(css, address string) *tab {
	GinkgoHelper()
	t.click(css)
	var id target.ID
	Eventually(func() target.ID {
		all, _ := chromedp.Targets(t.ctx)
		for _, one := range all {
			if one.Type == "page" && strings.HasPrefix(one.URL, address) {
				id = one.TargetID
			}
		}
		return id
	}, waitTime, "20ms").ShouldNot(BeEmpty())
	return openTab(t.ctx, func() {}, nil, chromedp.WithTargetID(id))
}
