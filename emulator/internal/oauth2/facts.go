package oauth2

import (
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// Accessed is the data of a fact about an application's access.
type Accessed struct {
	ClientID string
	// User is the id of the user who authorized the application.
	User int64
	// What the application did, such as "refreshed its tokens".
	What string
}

// Size implements [fact.Data].
func (a Accessed) Size() int { return 48 + len(a.ClientID) + len(a.What) }

// emit emits a fact about an application's access by a grant.
func (s *Server) emit(w store.Writer, g store.Grant, app store.OAuthApp, what string) {
	w.Emit(fact.Fact{
		At: s.Now(), Company: g.Company, Subject: fact.About(fact.User, strconv.FormatInt(g.User, 10)), Type: fact.OAuth,
		Data: Accessed{ClientID: app.ClientID, User: g.User, What: what},
	})
}

// note emits a finding about an application.
func (s *Server) note(w store.Writer, app store.OAuthApp, f finding.Finding) {
	f.Company, f.At = app.Company, s.Now()
	w.Emit(finding.Fact(f))
}
