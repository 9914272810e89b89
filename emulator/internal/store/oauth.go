package store

import "time"

// Role is a user's role in the company.
type Role string

// The roles of a user. Admins and super admins may do everything.
const (
	RoleSuperAdmin Role = "SuperAdmin"
	RoleAdmin      Role = "Admin"
	RoleUser       Role = "User"
)

// Permission is a right of a user who is no admin.
type Permission string

// The permissions that SePay's OAuth2 API asks for
// (https://developer.sepay.vn/en/sepay-oauth2/tong-quan). Their spelling is the
// emulator's.
const (
	MayListAccounts     Permission = "bank_accounts:view_list"
	MaySeeAccounts      Permission = "bank_accounts:view_details"
	MayListTransactions Permission = "bank_transactions:view_list"
	MayListWebhooks     Permission = "webhooks:view_list"
	MayAddWebhooks      Permission = "webhooks:add"
	MayEditWebhooks     Permission = "webhooks:edit"
	MayDeleteWebhooks   Permission = "webhooks:delete"
)

// Permissions lists every permission.
func Permissions() []Permission {
	return []Permission{MayListAccounts, MaySeeAccounts, MayListTransactions, MayListWebhooks, MayAddWebhooks, MayEditWebhooks, MayDeleteWebhooks}
}

// User is a person of a company who can authorize applications.
type User struct {
	ID      int64
	Company string
	// Email is how the user logs in; lower case.
	Email, Password            string
	FirstName, LastName, Phone string
	Role                       Role
	Permissions                []Permission
	CreatedAt                  time.Time
}

// Grant is a user's authorization of an application.
type Grant struct {
	ID int64
	// Company is the user's.
	Company string
	User    int64
	App     int64
	Scopes  []string
	// Revoked ends every token of the grant.
	Revoked   bool
	CreatedAt time.Time
}

// AuthorizationCode is what an application exchanges for tokens.
type AuthorizationCode struct {
	ID int64
	// Digest is the digest of the code, which itself is not stored.
	Digest string
	App    int64
	User   int64
	Scopes []string
	// RedirectURI is the address that the code was sent to.
	RedirectURI string
	// Challenge and Method are PKCE's, empty without it (RFC 7636).
	Challenge, Method string
	// Grant is the grant made with the code, 0 while it is unused.
	Grant     int64
	ExpiresAt time.Time
}

// RefreshToken renews an access token once.
type RefreshToken struct {
	ID        int64
	Digest    string
	Grant     int64
	Used      bool
	ExpiresAt time.Time
}

// AccessToken links a JWT to its grant, so that it can be revoked.
type AccessToken struct {
	ID int64
	// Digest is that of the token's jti.
	Digest    string
	Grant     int64
	ExpiresAt time.Time
}

// Session is a logged-in browser of a user.
type Session struct {
	ID        int64
	Digest    string
	User      int64
	ExpiresAt time.Time
}

// The kinds of the authorization server.
var (
	Users         = newKind("users", 4321, func(u *User) int64 { return u.ID })
	UserByEmail   = unique(Users, "by_email", func(u *User) string { return u.Email })
	UserByCompany = order(Users, "by_company", func(u *User) (string, int64) { return u.Company, 0 })

	Grants = newKind("grants", 1, func(g *Grant) int64 { return g.ID })

	AuthorizationCodes        = newKind("authorization_codes", 1, func(c *AuthorizationCode) int64 { return c.ID })
	AuthorizationCodeByDigest = unique(AuthorizationCodes, "by_digest", func(c *AuthorizationCode) string { return c.Digest })
	authorizationCodesEnding  = order(AuthorizationCodes, "ending", func(c *AuthorizationCode) (string, int64) { return scopePending, c.ExpiresAt.UnixMicro() })

	RefreshTokens        = newKind("refresh_tokens", 1, func(t *RefreshToken) int64 { return t.ID })
	RefreshTokenByDigest = unique(RefreshTokens, "by_digest", func(t *RefreshToken) string { return t.Digest })
	refreshTokensEnding  = order(RefreshTokens, "ending", func(t *RefreshToken) (string, int64) { return scopePending, t.ExpiresAt.UnixMicro() })

	AccessTokens        = newKind("access_tokens", 1, func(t *AccessToken) int64 { return t.ID })
	AccessTokenByDigest = unique(AccessTokens, "by_digest", func(t *AccessToken) string { return t.Digest })
	accessTokensEnding  = order(AccessTokens, "ending", func(t *AccessToken) (string, int64) { return scopePending, t.ExpiresAt.UnixMicro() })

	Sessions        = newKind("sessions", 1, func(s *Session) int64 { return s.ID })
	SessionByDigest = unique(Sessions, "by_digest", func(s *Session) string { return s.Digest })
	sessionsEnding  = order(Sessions, "ending", func(s *Session) (string, int64) { return scopePending, s.ExpiresAt.UnixMicro() })
)

// DropExpired deletes credentials that ended before an instant, up to limit of
// each kind, so that a long-running server does not grow.
func DropExpired(w Writer, before time.Time, limit int) error {
	return firstError(
		func() error { return drop(w, AuthorizationCodes, authorizationCodesEnding, before, limit) },
		func() error { return drop(w, RefreshTokens, refreshTokensEnding, before, limit) },
		func() error { return drop(w, AccessTokens, accessTokensEnding, before, limit) },
		func() error { return drop(w, Sessions, sessionsEnding, before, limit) },
	)
}

func firstError(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func drop[R any](w Writer, k *Kind[R], ending *Index[R], before time.Time, limit int) error {
	old, err := dueOf(w, ending, before, limit)
	if err != nil {
		return err
	}
	for i := range old {
		if err := k.Delete(w, k.ID(&old[i])); err != nil {
			return err
		}
	}
	return nil
}
