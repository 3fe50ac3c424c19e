package secretflow

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// addPlain notes a Secret that is written out in a manifest. Its values are not looked at.
func (g *Graph) addPlain(o objects.Typed[corev1.Secret]) {
	names := map[string]string{}
	for name := range o.Value.Data {
		names[name] = "data"
	}
	for name := range o.Value.StringData {
		names[name] = "stringData"
	}
	var keys []Key
	for _, name := range slices.Sorted(maps.Keys(names)) {
		keys = append(keys, Key{Name: name, By: o.Object, Field: fieldpath.Of(names[name], name)})
	}
	g.create(o.Object, Ref{o.Namespace, o.Name}, len(keys) == 0 || isFilledLater(o), keys...)
}

// isFilledLater reports whether a controller adds keys: the token of a service account, replicators and generators.
func isFilledLater(o objects.Typed[corev1.Secret]) bool {
	if o.Value.Type == corev1.SecretTypeServiceAccountToken {
		return true
	}
	for name := range o.Annotations {
		switch group, _, _ := strings.Cut(name, "/"); group {
		case "replicator.v1.mittwald.de", "reflector.v1.k8s.emberstack.com", "secret-generator.v1.mittwald.de",
			"kubed.appscode.com", "secretgen.carvel.dev":
			return true
		}
	}
	return false
}

// Lookup finds a Secret that something in the input creates; nil where nothing does. It may be one of those that an
// operator creates, of which no more is known than how their names start.
func (g *Graph) Lookup(ref Ref) *Secret {
	if secret := g.Secrets[ref]; secret != nil {
		return secret
	}
	for _, operator := range g.operators[ref.Namespace] {
		if operator.creates(ref) {
			return &Secret{Ref: ref, Creators: []*objects.Object{operator.by}, Open: true}
		}
	}
	return g.copied(ref)
}

// addOthers notes the Secrets that other kinds' controllers create.
func (g *Graph) addOthers(o *objects.Object) {
	kind := o.GroupKind()
	if pattern, found := operatorPattern(o); found {
		g.operators[o.Namespace] = append(g.operators[o.Namespace], operator{by: o, pattern: pattern})
		return
	}
	switch kindOf(kind) {
	case "SealedSecret.bitnami.com":
		g.addSealed(o)
	case "Certificate.cert-manager.io":
		spec := &decode[certificate](o).Spec
		open := len(spec.Keystores)+len(spec.AdditionalOutputFormats) > 0
		g.create(o, Ref{o.Namespace, spec.SecretName}, open, certificateKeys(o)...)
	case "Issuer.cert-manager.io":
		g.create(o, Ref{o.Namespace, decode[issuer](o).Spec.ACME.PrivateKeySecretRef.Name}, true)
	case "SopsSecret.isindir.github.com":
		g.addSops(o)
	case "SecretProviderClass.secrets-store.csi.x-k8s.io":
		g.addProviderClass(o)
	default:
		g.addManaged(o)
	}
}

// addManaged notes the Secrets that an object names as its output.
func (g *Graph) addManaged(o *objects.Object) {
	var refs []nameRef
	switch o.GroupKind().Group {
	case "secrets.hashicorp.com":
		refs = []nameRef{decode[vaultSecret](o).Spec.Destination}
	case "secrets.infisical.com":
		spec := decode[infisicalSecret](o).Spec
		refs = slices.Concat(spec.ManagedKubeSecretReferences, []nameRef{spec.ManagedSecretReference})
	case "secrets.doppler.com":
		refs = []nameRef{decode[dopplerSecret](o).Spec.ManagedSecret}
	default:
		refs = []nameRef{decode[connection](o).Spec.WriteConnectionSecretToRef}
	}
	for _, ref := range refs {
		namespace := cmp.Or(ref.Namespace, ref.SecretNamespace, o.Namespace)
		g.create(o, Ref{namespace, cmp.Or(ref.SecretName, ref.Name)}, true)
	}
}

func (g *Graph) addSealed(o *objects.Object) {
	spec := &decode[sealedSecret](o).Spec
	var keys []Key
	for _, name := range slices.Sorted(maps.Keys(spec.EncryptedData)) {
		keys = append(keys, Key{Name: name, By: o, Field: fieldpath.Of("spec", "encryptedData", name)})
	}
	for _, name := range slices.Sorted(maps.Keys(spec.Template.Data)) {
		if _, encrypted := spec.EncryptedData[name]; !encrypted {
			keys = append(keys, Key{Name: name, By: o, Field: fieldpath.Of("spec", "template", "data", name)})
		}
	}
	g.create(o, Ref{o.Namespace, o.Name}, len(keys) == 0, keys...)
}

func (g *Graph) addSops(o *objects.Object) {
	for i, template := range decode[sopsSecret](o).Spec.SecretTemplates {
		path := fieldpath.Of("spec", "secretTemplates").Index(i)
		var keys []Key
		for _, name := range slices.Sorted(maps.Keys(template.Data)) {
			keys = append(keys, Key{Name: name, By: o, Field: path.Child("data", name)})
		}
		for _, name := range slices.Sorted(maps.Keys(template.StringData)) {
			keys = append(keys, Key{Name: name, By: o, Field: path.Child("stringData", name)})
		}
		g.create(o, Ref{o.Namespace, template.Name}, len(keys) == 0, keys...)
	}
}

func (g *Graph) addProviderClass(o *objects.Object) {
	for i, object := range decode[providerClass](o).Spec.SecretObjects {
		var keys []Key
		for j, entry := range object.Data {
			path := fieldpath.Of("spec", "secretObjects").Index(i).Child("data").Index(j)
			keys = append(keys, Key{Name: entry.Key, By: o, Field: path})
		}
		g.create(o, Ref{o.Namespace, object.SecretName}, len(keys) == 0, keys...)
	}
}

func certificateKeys(o *objects.Object) []Key {
	var keys []Key
	for _, name := range []string{"ca.crt", "tls.crt", "tls.key"} {
		keys = append(keys, Key{Name: name, By: o, Field: fieldpath.Of("spec", "secretName")})
	}
	return keys
}

// addCertificatesOfIngresses adds the Secrets of Ingresses for which cert-manager makes Certificates. Facts:
// docs/facts.md, "Secrets that operators create".
func (g *Graph) addCertificatesOfIngresses(set *objects.Set) {
	for _, o := range set.Ingresses {
		for _, name := range []string{"cert-manager.io/issuer", "cert-manager.io/cluster-issuer",
			"kubernetes.io/tls-acme"} {
			if _, found := o.Annotations[name]; found {
				g.addCertificates(o)
				break
			}
		}
	}
}

func (g *Graph) addCertificates(o objects.Typed[netv1.Ingress]) {
	for _, tls := range o.Value.Spec.TLS {
		g.create(o.Object, Ref{o.Namespace, tls.SecretName}, false, certificateKeys(o.Object)...)
	}
}
