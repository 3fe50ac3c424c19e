package hosts

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/emulator"
)

// startDocumentedCluster runs an API server and External Secrets Operator until the test ends, and returns the variables
// that lead kubectl to it, and those that the documents have for the API keys. The operator asks api.scaleway.com, as it
// does in a real cluster; what answers there is the emulator with the secrets and keys of examples/by-hand.
func startDocumentedCluster(t *testing.T) []string {
	t.Helper()
	assets, err := cluster.AssetsDir()
	require.NoError(t, err)
	server, err := cluster.Start(assets)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	server.StartControllers(t, "garbage-collector-controller") // leaves what is orphaned

	text, err := os.ReadFile(filepath.Join(root, "examples", "by-hand", "scaleway.yaml"))
	require.NoError(t, err)
	seed, err := emulator.ReadSeed(text)
	require.NoError(t, err)
	scaleway := emulator.New(emulator.Config{})
	require.NoError(t, scaleway.Load(seed))
	// The reader of the tutorial finds out that it is missing, and creates it.
	created := emulator.Secret{Region: seed.Region, ProjectID: seed.Project, Path: "/tickets-reports", Name: "database-url"}
	_, err = scaleway.AddSecret(created, emulator.Value("made-up"))
	require.NoError(t, err)

	dir := t.TempDir()
	operator, err := server.RunESO(dir, "", standInFor(t, "api.scaleway.com", scaleway)...)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, operator.Stop())
		if t.Failed() {
			t.Logf("External Secrets Operator said:\n%s", operator.Tail(40))
		}
	})
	kubeconfig, err := server.WriteKubeconfig(dir)
	require.NoError(t, err)
	env := []string{"KUBECONFIG=" + kubeconfig}
	for name, variable := range map[string]string{"web": "WEB", "api": "API", "reports": "REPORTS"} {
		key, found := scaleway.KeyNamed(name)
		require.True(t, found, name)
		env = append(env, variable+"_ACCESS_KEY="+key.AccessKey, variable+"_SECRET_KEY="+key.SecretKey)
	}
	return env
}

// standInFor serves a host of the internet, and returns the variables with which programs reach it there: a proxy that
// knows this host only, and the authority of its certificate.
func standInFor(t *testing.T, name string, handler http.Handler) []string {
	t.Helper()
	certificate, authority := certificateOf(t, name)
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	proxy := httptest.NewServer(tunnel(name+":443", server.Listener.Addr().String()))
	t.Cleanup(proxy.Close)
	return []string{"HTTPS_PROXY=" + proxy.URL, "SSL_CERT_FILE=" + authority}
}

// tunnel is a proxy that leads one address to another, and refuses everything else.
func tunnel(from, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != from {
			http.Error(w, "only "+from+" is reached from here", http.StatusForbidden)
			return
		}
		server, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", to)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			_ = server.Close()
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		go copyAndClose(server, client)
		copyAndClose(client, server)
	}
}

// copyAndClose copies until either side ends, which ends the other direction too.
func copyAndClose(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

// certificateOf is a certificate of a host that is signed by itself, and the file that a client trusts it by.
func certificateOf(t *testing.T, name string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "authority.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600))
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}, file
}
