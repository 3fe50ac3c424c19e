package emutest

import (
	"net/http"
	"testing"

	"cloison.dev/cloison/internal/emulator"
)

// The folders for tests of access: a component's own, one below it, another component's and one whose name begins like
// its own.
const (
	OwnFolder     = "/shop-frontend"
	SubFolder     = "/shop-frontend/ui"
	OtherFolder   = "/shop-backend"
	SiblingFolder = "/shop-frontend-admin"
)

// The conditions that confine a component to its folder: as they should be, letting lists through, and without the
// slash that keeps the sibling out.
const (
	Confined = `resource.name.startsWith("/shop-frontend/")`
	ListsToo = Confined + ` || !has(resource.id)`
	NoSlash  = `resource.name.startsWith("/shop-frontend")`
)

// Folders returns all folders.
func Folders() []string { return []string{OwnFolder, SubFolder, OtherFolder, SiblingFolder} }

// Statuses are what GetSecret, GetSecretVersion, AccessSecretVersion and AccessSecretVersionByPath answer.
type Statuses [4]int

// Nothing, Values, Metadata, Everything and Unauthenticated are what keys with usual rights are answered.
var (
	Nothing         = Statuses{403, 403, 403, 403}
	Values          = Statuses{403, 403, 200, 200}
	Metadata        = Statuses{200, 200, 403, 403}
	Everything      = Statuses{200, 200, 200, 200}
	Unauthenticated = Statuses{401, 401, 401, 401}
)

// Sight is what a key sees of the folders.
type Sight struct {
	List                     int // of the own folder
	Own, Sub, Other, Sibling Statuses
	AbsentOwn, AbsentOther   int // the path of no secret
}

// Sees returns a Sight.
func Sees(list int, own, sub, other, sibling Statuses, absentOwn, absentOther int) Sight {
	return Sight{list, own, sub, other, sibling, absentOwn, absentOther}
}

// Blind is what a key without rights sees.
func Blind() Sight {
	return Sees(403, Nothing, Nothing, Nothing, Nothing, 403, 403)
}

// Furnish puts one secret into every folder.
func (f Fixture) Furnish(t *testing.T) (ids map[string]string) {
	t.Helper()
	ids = map[string]string{}
	for _, folder := range Folders() {
		ids[folder] = f.Add(t, folder, "key", "v")
	}
	return ids
}

// Look makes the calls of a Sight with a key. The ids are those of Furnish.
func (f Fixture) Look(t *testing.T, ids map[string]string, key emulator.Key) Sight {
	t.Helper()
	status := func(path string) int { return f.Do(t, http.MethodGet, path, key.SecretKey).Status }
	byPath := func(folder, name string) int {
		return status(Root + "/secrets-by-path/versions/latest/access?project_id=" + Project +
			"&secret_path=" + folder + "&secret_name=" + name)
	}
	all := func(folder string) Statuses {
		one := Root + "/secrets/" + ids[folder]
		return Statuses{
			status(one), status(one + "/versions/1"), status(one + "/versions/1/access"), byPath(folder, "key"),
		}
	}
	return Sight{
		List: status(Secrets + "&path=" + OwnFolder),
		Own:  all(OwnFolder), Sub: all(SubFolder), Other: all(OtherFolder), Sibling: all(SiblingFolder),
		AbsentOwn: byPath(OwnFolder, "absent"), AbsentOther: byPath(OtherFolder, "absent"),
	}
}
