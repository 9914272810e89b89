package journal_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/journal"
	"github.com/localsepay/localsepay/openapi/mask"
)

func now() time.Time { return time.Unix(1790000000, 0).UTC() }

// heavy is data that knows its size.
type heavy int

func (h heavy) Size() int { return int(h) }

func TestEventsAreBoundedInNumberAndInBytes(t *testing.T) {
	j := journal.New(journal.Config{Events: 100, Bytes: 10_000, Now: now})
	for range 20 {
		j.Publish(journal.Clock, heavy(3000))
	}
	kept, _, cancel := j.Subscribe(0, 1)
	cancel()
	if len(kept) != 2 || kept[1].Seq != 20 || j.Dropped() != 18 {
		t.Errorf("%d kept, %d dropped", len(kept), j.Dropped())
	}
	j.Publish(journal.Clock, heavy(50_000))
	if kept, _, cancel = j.Subscribe(0, 1); len(kept) != 1 || kept[0].Seq != 21 {
		t.Errorf("the newest has to stay: %v", kept)
	}
	cancel()
	for range 500 {
		j.Publish(journal.Clock, heavy(0))
	}
	if kept, _, cancel = j.Subscribe(510, 1); len(kept) != 11 || kept[0].Seq != 511 {
		t.Errorf("resumed with %d", len(kept))
	}
	cancel()
}

func TestAnEventIsShownWithoutCredentials(t *testing.T) {
	var got journal.Event
	j := journal.New(journal.Config{Events: 1, Now: now, Mask: mask.New("hunter2hunter2"), Sink: func(e journal.Event) { got = e }})
	j.Publish(journal.Finding, map[string]string{"detail": "of hunter2hunter2"})
	text, err := json.Marshal(got)
	if want := `{"seq":1,"type":"finding","at":"2026-09-21T14:13:20Z","data":{"detail":"of ****ter2"}}`; err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
	if line := got.Mask("of hunter2hunter2"); line != "of ****ter2" {
		t.Error(line)
	}
}

func TestASinkThatIsStuckLosesEventsAndHoldsUpOnePublisher(t *testing.T) {
	let, entered := make(chan struct{}), make(chan struct{})
	enter := sync.OnceFunc(func() { close(entered) })
	var mu sync.Mutex
	told := 0
	j := journal.New(journal.Config{Events: 10, Now: now, Sink: func(journal.Event) {
		enter()
		<-let
		mu.Lock()
		defer mu.Unlock()
		told++
	}})
	var first sync.WaitGroup
	first.Go(func() { j.Publish(journal.Clock, heavy(0)) })
	<-entered
	const events = 6000
	for range events {
		j.Publish(journal.Clock, heavy(0))
	}
	if lost := j.DroppedBySink(); lost == 0 || lost > events-4000 {
		t.Errorf("%d of %d events are counted as lost", lost, events)
	}
	close(let)
	first.Wait()
	j.Flush()
	mu.Lock()
	defer mu.Unlock()
	if int64(told) != events+1-j.DroppedBySink() {
		t.Errorf("%d events were told, %d lost", told, j.DroppedBySink())
	}
}

func TestASinkMayPublishAndRead(t *testing.T) {
	var seen []string
	var j *journal.Journal
	j = journal.New(journal.Config{Events: 10, Now: now, Sink: func(e journal.Event) {
		_, _, cancel := j.Subscribe(0, 1)
		cancel()
		seen = append(seen, string(e.Type))
		if e.Type == journal.Request {
			j.Publish(journal.Order, nil)
			j.Publish(journal.Fault, nil)
		}
	}})
	j.Publish(journal.Request, nil)
	j.Publish(journal.Clock, nil)
	if got := strings.Join(seen, " "); got != "request order fault clock" {
		t.Error(got)
	}
}

func TestAReaderThatTakesNothingIsDroppedOnceAndCounted(t *testing.T) {
	j := journal.New(journal.Config{Events: 10, Now: now})
	_, full, cancel := j.Subscribe(0, 1)
	defer cancel()
	_, stuck, end := j.Subscribe(0, 8)
	defer end()
	j.Publish(journal.Clock, nil)
	j.Publish(journal.Clock, nil)
	j.Drop(full) // was dropped already
	j.Drop(stuck)
	if n := j.DroppedReaders(); n != 2 {
		t.Errorf("%d readers are counted", n)
	}
	for range stuck { // its channel is closed
	}
}
