package scaleway_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

// aloud is the variable that makes this test program the one whose output is looked at.
const aloud = "CLOISON_TEST_SERVER"

// TestNothingIsSaidWhateverTheSDKIsTold runs itself in a process of its own, since what the SDK writes to is decided
// while a program starts.
func TestNothingIsSaidWhateverTheSDKIsTold(t *testing.T) {
	if url, inside := os.LookupEnv(aloud); inside {
		readEverything(t, url)
		return
	}
	server := httptest.NewServer(http.HandlerFunc(overflowing))
	defer server.Close()
	for _, debug := range []string{"true", "false"} {
		t.Run("SCW_DEBUG="+debug, func(t *testing.T) {
			command := exec.Command(os.Args[0], "-test.run=^TestNothingIsSaidWhateverTheSDKIsTold$")
			command.Env = append(os.Environ(), "SCW_DEBUG="+debug, aloud+"="+server.URL, "GOCOVERDIR="+t.TempDir(),
				"SCW_CONFIG_PATH="+configuration(t, "access_key: "+accessKey+"\nsecret_key: "+secretKey+"\n"),
				"SCW_PROFILE=default", "SCW_API_URL="+server.URL, "SCW_INSECURE="+canary, "SCW_TOKEN="+canary,
				"SCW_REGION=par1")
			var stdout, stderr bytes.Buffer
			command.Stdout, command.Stderr = &stdout, &stderr

			require.NoError(t, command.Run(), "%s%s", &stdout, &stderr)

			assert.Empty(t, stderr.String())
			said, _, _ := strings.Cut(stdout.String(), "coverage:")
			assert.Equal(t, "PASS\n", said)
		})
	}
}

// readEverything gets a list, a value and an error out of a server, with a file that everybody may read.
func readEverything(t *testing.T, url string) {
	t.Helper()
	accounts := scaleway.NewAccounts(scaleway.Environment{})
	accounts.Retry = awake()
	account, err := accounts.Account(&plan.Plan{}, "shop")
	require.NoError(t, err)
	found, err := account.Secrets(t.Context(), shop(), false)
	require.NoError(t, err)
	assert.Len(t, found, 1)
	value, err := account.Value(t.Context(), shop(), one(secretID), 3)
	require.NoError(t, err)
	assert.Equal(t, canary, string(value))
	time.Sleep(200 * time.Millisecond) // for what net/http says of connections that it keeps
	_, err = account.EnabledRevisions(t.Context(), shop(), one(secretID))
	require.ErrorContains(t, err, "the API at "+strings.TrimPrefix(url, "http://")+" answered 501")
}

// overflowing answers a value with more bytes than it announces: a proxy that miscounts would.
func overflowing(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/secrets"):
		answer(http.StatusOK, secretsJSON(1, 1, 1))(w, r)
	case strings.HasSuffix(r.URL.Path, "/access"):
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		body := valueJSON(secretID, 3, "null")
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "+
			strconv.Itoa(len(body))+"\r\n\r\n"+body)
		time.Sleep(20 * time.Millisecond)
		_, _ = io.WriteString(connection, canary)
		_ = connection.Close()
	default:
		answer(http.StatusNotImplemented, `{"message":"`+canary+`"}`)(w, r)
	}
}
