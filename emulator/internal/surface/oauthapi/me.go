package oauthapi

import (
	"crypto/md5"
	"encoding/hex"
)

// user has the members of
// https://developer.sepay.vn/en/sepay-oauth2/nguoi-dung in their order.
type user struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Email     string `json:"email"`
	Phone     string `json:"phone"`
	Avatar    string `json:"avatar"`
}

// me is GET /api/v1/me.
func (a *API) me(c call) (any, error) {
	u := &c.access.User
	return one(user{u.ID, u.FirstName, u.LastName, u.Email, u.Phone, avatar(u.Email)}), nil
}

// avatar returns Gravatar's address of a picture, with the MD5 of the email.
func avatar(email string) string {
	sum := md5.Sum([]byte(email))
	return "https://www.gravatar.com/avatar/" + hex.EncodeToString(sum[:])
}
