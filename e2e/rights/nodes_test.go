package rights_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	certificatesv1 "k8s.io/api/certificates/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/e2e/cluster"
)

// TestCertificatesOfNodesAreApproved proves, with the real controller, what the proof says of the rights to create
// requests and certificatesigningrequests/nodeclient: it approves a request for a node of a service account that has
// both, and none of one that may create requests alone.
func TestCertificatesOfNodesAreApproved(t *testing.T) {
	shared.StartControllers(t, "certificatesigningrequest-approving-controller")
	requests := served{
		GroupVersionResource: schema.GroupVersionResource{
			Group: "certificates.k8s.io", Version: "v1", Resource: "certificatesigningrequests",
		},
		kind: "CertificateSigningRequest", apiVersion: "certificates.k8s.io/v1",
	}
	ofNodes := requests
	ofNodes.sub = "nodeclient"
	create := func(s served) right { return right{s, "create", true} }
	sets := []rightsSet{
		{name: "rights-requests", over: "rights-requests", rights: []right{create(requests)}},
		{name: "rights-nodes", over: "rights-nodes", rights: []right{create(requests), create(ofNodes)}},
	}
	for i, want := range []opinion{harmless, dangerous} {
		said, err := judged(sets[i])
		require.NoError(t, err)
		assert.Equal(t, want, said, "%s", sets[i])
	}
	lab := newRightsLab(t, sets)
	for _, s := range sets {
		token, err := lab.token(t.Context(), holders, s.name, lab.admin)
		require.NoError(t, err)
		said, err := lab.anyone.with(token).do(t.Context(), call{
			method: http.MethodPost, path: collection(requests.GroupVersionResource, false, ""), body: requestOfNode(t, s.name),
		})
		require.NoError(t, err)
		require.True(t, said.ok(), "%s", said.body)
	}
	api := shared.Clientset.CertificatesV1().CertificateSigningRequests()
	require.NoError(t, cluster.WaitFor(t.Context(), "the approval", func(ctx context.Context) (bool, string, error) {
		request, err := api.Get(ctx, sets[1].name, metav1.GetOptions{})
		return err == nil && len(request.Status.Conditions) > 0, "no condition yet", err
	}))
	approved, err := api.Get(t.Context(), sets[1].name, metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, certificatesv1.CertificateApproved, approved.Status.Conditions[0].Type)
	waiting, err := api.Get(t.Context(), sets[0].name, metav1.GetOptions{})
	require.NoError(t, err)
	assert.Empty(t, waiting.Status.Conditions)
}

// requestOfNode asks for a certificate of a node.
func requestOfNode(t *testing.T, name string) *certificatesv1.CertificateSigningRequest {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	subject := pkix.Name{CommonName: "system:node:" + name, Organization: []string{"system:nodes"}}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: subject}, key)
	require.NoError(t, err)
	return &certificatesv1.CertificateSigningRequest{
		TypeMeta:   metav1.TypeMeta{APIVersion: "certificates.k8s.io/v1", Kind: "CertificateSigningRequest"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: certificatesv1.CertificateSigningRequestSpec{
			Request:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}),
			SignerName: certificatesv1.KubeAPIServerClientKubeletSignerName,
			Usages:     []certificatesv1.KeyUsage{certificatesv1.UsageDigitalSignature, certificatesv1.UsageClientAuth},
		},
	}
}
