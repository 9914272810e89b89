package identity

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// defaultPassword is the password of users without one. It protects nothing.
const defaultPassword = "password"

// AddUser creates the i-th user of a company; empty fields are derived. The
// first one is a super admin.
func (d *Identity) AddUser(w store.Writer, c store.Company, u store.User, i int64) (store.User, error) {
	id, err := store.Users.NextID(w)
	if err != nil {
		return u, err
	}
	u.ID, u.Company, u.CreatedAt = id, c.ID, d.Now()
	set := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	local := "user"
	if i > 0 {
		local = fmt.Sprintf("user%d", i+1)
	}
	set(&u.Email, local+"@"+c.ID+".test")
	set(&u.Password, defaultPassword)
	set(&u.FirstName, derive.Pick(d.Seed, "user.first."+c.ID, i, []string{"An", "Binh", "Chau", "Dung", "Hanh", "Khanh", "Linh"}))
	set(&u.LastName, derive.Pick(d.Seed, "user.last."+c.ID, i, []string{"Nguyen", "Tran", "Le", "Pham", "Hoang", "Vu"}))
	set(&u.Phone, "09"+d.Seed.Text("user.phone."+c.ID, i, derive.Digits, 8))
	set((*string)(&u.Role), string(store.RoleSuperAdmin))
	return u, d.saveUser(w, u)
}

// ChangeUser checks and stores a changed user.
func (d *Identity) ChangeUser(w store.Writer, u store.User) error {
	d.emit(w, fact.User, u.Company, strconv.FormatInt(u.ID, 10), "changed")
	return d.saveUser(w, u)
}

// DeleteUser removes a user and revokes their tokens.
func (d *Identity) DeleteUser(w store.Writer, id int64) error {
	u, err := store.Users.Get(w, id)
	if err != nil {
		return err
	}
	d.emit(w, fact.User, u.Company, strconv.FormatInt(id, 10), "deleted")
	return store.Users.Delete(w, id)
}

// saveUser checks and stores a user.
func (d *Identity) saveUser(w store.Writer, u store.User) error {
	u.Email = strings.ToLower(u.Email)
	if !strings.Contains(u.Email, "@") || strings.ContainsAny(u.Email, " <>\"") {
		return input.At(invalid("%q is no e-mail address", u.Email), "email")
	}
	roles := []store.Role{store.RoleSuperAdmin, store.RoleAdmin, store.RoleUser}
	if !slices.Contains(roles, u.Role) {
		return input.At(invalid("there is no role %q: %s", u.Role, input.Hint(string(u.Role), texts(roles))), "role")
	}
	for i, p := range u.Permissions {
		if !slices.Contains(store.Permissions(), p) {
			return input.At(invalid("there is no permission %q: %s", p, input.Hint(string(p), texts(store.Permissions()))), "permissions[%d]", i)
		}
	}
	err := store.Users.Put(w, u)
	if errors.Is(err, store.ErrConflict) {
		return input.At(invalid("there is a user %s already", u.Email), "email")
	}
	return err
}
