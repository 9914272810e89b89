package identity

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/derive"
	"github.com/localsepay/localsepay/emulator/store"
)

// defaultPassword is that of every user who is given none. It guards nothing.
const defaultPassword = "password"

// AddUser makes the i-th user of a company; what is empty is derived. The first
// one is a super admin.
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
	return u, d.SaveUser(w, u)
}

// SaveUser checks and stores a user.
func (d *Identity) SaveUser(w store.Writer, u store.User) error {
	u.Email = strings.ToLower(u.Email)
	if !strings.Contains(u.Email, "@") || strings.ContainsAny(u.Email, " <>\"") {
		return fmt.Errorf("%w: email %q", ErrInvalid, u.Email)
	}
	if !slices.Contains([]store.Role{store.RoleSuperAdmin, store.RoleAdmin, store.RoleUser}, u.Role) {
		return fmt.Errorf("%w: role %q: want SuperAdmin, Admin or User", ErrInvalid, u.Role)
	}
	for _, p := range u.Permissions {
		if !slices.Contains(store.Permissions(), p) {
			return fmt.Errorf("%w: permission %q: want one of %v", ErrInvalid, p, store.Permissions())
		}
	}
	err := store.Users.Put(w, u)
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%w: there is a user %s already", ErrInvalid, u.Email)
	}
	return err
}
