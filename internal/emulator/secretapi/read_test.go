package secretapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

// rotated is a secret of four versions: enabled, enabled, disabled, deleted.
func rotated(t *testing.T, f emutest.Fixture) string {
	t.Helper()
	id := f.Add(t, "/shop", "rotated", "one", "two", "three", "four")
	require.NoError(t, f.SetVersionStatus(id, 3, emulator.Disabled))
	require.NoError(t, f.SetVersionStatus(id, 4, "deleted"))
	return id
}

func TestRevisions(t *testing.T) {
	f := emutest.Start(t)
	id := rotated(t, f)
	empty := f.Add(t, "/shop", "empty")
	missing := func(id, revision string) string {
		return fmt.Sprintf(`{"message":"resource is not found","resource":"secret_version",`+
			`"resource_id":"%s/%s","type":"not_found"}`, id, revision)
	}
	value := func(revision int, data string) string {
		return fmt.Sprintf(`{"secret_id":%q,"revision":%d,"data":%q,"data_crc32":null,"type":"opaque"}`, id,
			revision, data)
	}
	cases := map[string]struct {
		id, revision string
		status       int
		body         string
	}{
		"an enabled number":           {id, "1", http.StatusOK, value(1, "b25l")},
		"latest_enabled skips others": {id, "latest_enabled", http.StatusOK, value(2, "dHdv")},
		"a disabled number": {id, "3", http.StatusPreconditionFailed,
			emutest.Unusable("version is disabled")},
		"a deleted number": {id, "4", http.StatusPreconditionFailed,
			emutest.Unusable("version is deleted")},
		"latest is latest though gone": {id, "latest", http.StatusPreconditionFailed,
			emutest.Unusable("version is deleted")},
		"a number too high":      {id, "5", http.StatusNotFound, missing(id, "5")},
		"zero":                   {id, "0", http.StatusNotFound, missing(id, "0")},
		"latest of none":         {empty, "latest", http.StatusNotFound, missing(empty, "latest")},
		"latest_enabled of none": {empty, "latest_enabled", http.StatusNotFound, missing(empty, "latest_enabled")},
		"another word": {
			id, "newest", http.StatusBadRequest, `{"details":[{"argument_name":"revision","help_message":"must be a ` +
				`number, latest or latest_enabled","reason":"format"}],"message":"invalid ` +
				`argument(s)","type":"invalid_arguments"}`,
		},
		"an id that is no UUID": {
			"rotated", "1", http.StatusBadRequest,
			`{"details":[{"argument_name":"secret_id","help_message":"must be a ` +
				`UUID","reason":"format"}],"message":"invalid argument(s)","type":"invalid_arguments"}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.Get(t, emutest.Root+"/secrets/"+c.id+"/versions/"+c.revision+"/access")
			assert.Equal(t, c.status, got.Status)
			assert.Equal(t, c.body, got.Body)
		})
	}
}

func TestVersionsShowTheirStatus(t *testing.T) {
	f := emutest.Start(t)
	id := rotated(t, f)
	cases := map[string]string{
		"1": `"status":"enabled"`, "3": `"status":"disabled"`, "4": `"status":"deleted"`,
		"latest": `"latest":true`, "latest_enabled": `"revision":2`,
	}
	for revision, want := range cases {
		got := f.Get(t, emutest.Root+"/secrets/"+id+"/versions/"+revision)
		assert.Equal(t, http.StatusOK, got.Status, revision)
		assert.Contains(t, got.Body, want, revision)
	}
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"version_count":4`, "deleting does not count down")
	assert.NotContains(t, f.Get(t, emutest.Root+"/secrets/"+id+"/versions/4").Body, `"deleted_at":null`)

	require.NoError(t, f.SetVersionStatus(id, 3, "scheduled_for_deletion"))
	require.NoError(t, f.SetVersionStatus(id, 3, "enabled"))
	restored := f.Get(t, emutest.Root+"/secrets/"+id+"/versions/latest_enabled").Body
	assert.Contains(t, restored, `"revision":3`)
	assert.Contains(t, restored, `"deletion_requested_at":null`)
}

func TestUUIDsAreTheSameInUpperCase(t *testing.T) {
	f := emutest.Start(t)
	const hex = "abcdefab-cdef-4abc-8def-abcdefabcdef"
	id, err := f.AddSecret(emulator.Secret{ProjectID: strings.ToUpper(hex), Name: "loud"}, emulator.Value("v"))
	require.NoError(t, err)
	key, err := f.AddKey(emulator.Grant{
		Projects:       []string{strings.ToUpper(hex)},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly},
	})
	require.NoError(t, err)
	token := strings.ToUpper(key.SecretKey)

	got := f.Do(t, http.MethodGet, emutest.Root+"/secrets/"+strings.ToUpper(id), token)
	assert.Contains(t, got.Body, `"project_id":"`+hex+`"`)
	got = f.Do(t, http.MethodGet, emutest.Root+"/secrets?project_id="+strings.ToUpper(hex), token)
	assert.Contains(t, got.Body, `"total_count":1`)
}

func TestEscapedSlashEndsNoSegment(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "one", "v")
	assert.Equal(t, http.StatusBadRequest, f.Get(t, emutest.Root+"/secrets/"+id+"%2Fversions%2F1").Status)
}

func TestAccessByPath(t *testing.T) {
	f := emutest.Start(t)
	deep := f.Add(t, "/shop/backend", "key", "deep")
	atRoot := f.Add(t, "/", "key", "root")
	gone := f.Add(t, "/shop", "gone", "v")
	require.NoError(t, f.ScheduleDeletion(gone))
	missing := func(path string) string {
		return `{"message":"resource is not found","resource":"secret","resource_id":"` + path + `","type":"not_found"}`
	}
	wrong := func(argument string) string {
		return `{"details":[{"argument_name":"` + argument + `","help_message":"","reason":"required"}],` +
			`"message":"invalid argument(s)","type":"invalid_arguments"}`
	}
	cases := map[string]struct {
		query  string
		status int
		body   string
	}{
		"a folder below another": {
			"&secret_path=/shop/backend&secret_name=key", http.StatusOK,
			`{"secret_id":"` + deep + `","revision":1,"data":"ZGVlcA==","data_crc32":null,"type":"opaque"}`,
		},
		"the root": {
			"&secret_path=/&secret_name=key", http.StatusOK,
			`{"secret_id":"` + atRoot + `","revision":1,"data":"cm9vdA==","data_crc32":null,"type":"opaque"}`,
		},
		"a folder is no prefix": {"&secret_path=/shop&secret_name=key", http.StatusNotFound, missing("/shop/key")},
		"a folder in the name": {"&secret_path=/&secret_name=shop/backend/key", http.StatusNotFound,
			missing("/shop/backend/key")},
		"a secret on its way out": {"&secret_path=/shop&secret_name=gone", http.StatusNotFound,
			missing("/shop/gone")},
		"a secret without its name": {"&secret_path=/shop", http.StatusBadRequest, wrong("secret_name")},
		"a secret without its path": {"&secret_name=key", http.StatusBadRequest, wrong("secret_path")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.Get(t, emutest.Root+"/secrets-by-path/versions/latest/access?project_id="+emutest.Project+c.query)
			assert.Equal(t, c.status, got.Status)
			assert.Equal(t, c.body, got.Body)
		})
	}
	got := f.Get(t, emutest.Root+"/secrets-by-path/versions/latest/access?secret_path=/&secret_name=key")
	assert.Equal(t, wrong("project_id"), got.Body)
}

func TestValueOfASecretScheduledForDeletionIsRefused(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "gone", "v")
	require.NoError(t, f.ScheduleDeletion(id))

	got := f.Get(t, emutest.Root+"/secrets/"+id+"/versions/1/access")

	assert.Equal(t, http.StatusPreconditionFailed, got.Status)
	assert.NotContains(t, got.Body, `"data"`)
}

func TestSecretLivesInItsRegionOnly(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "one", "v")
	const elsewhere = "/secret-manager/v1beta1/regions/nl-ams"
	assert.Equal(t, http.StatusNotFound, f.Get(t, elsewhere+"/secrets/"+id).Status)
	assert.Equal(t, `{"secrets":[],"total_count":0}`, f.Get(t, elsewhere+"/secrets?project_id="+emutest.Project).Body)
}
