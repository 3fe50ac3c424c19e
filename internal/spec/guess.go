package spec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/syntax"
)

// noHostNames is what to write for a host name.
const noHostNames = "write {fqdns: [api.stripe.com]} where the Cluster says Cilium; other network plugins know no host " +
	"names: write the addresses (cidr), or internet: true"

// guess is what was probably meant by a field that there is not: one of Kubernetes, of the External Secrets Operator, or
// of the other direction. Those that are misspelt, or belong elsewhere, are found without this.
func guess(of reflect.Type, name string, value *yaml.Node) strict.Guess {
	switch of {
	case reflect.TypeFor[SecretGroup]():
		return guessGroup(name, value)
	case reflect.TypeFor[Peer]():
		return guessPeer(name)
	case reflect.TypeFor[Access]():
		return guessAccess(name)
	}
	return guesses()[of][name]
}

// guesses are those that do not depend on the value, by type and field.
func guesses() map[reflect.Type]map[string]strict.Guess {
	flow := map[string]strict.Guess{
		"port":        {Meant: "ports", Fix: "write ports, which is a list: ports: [443]"},
		"protocol":    {Fix: `write it behind the port: ports: ["53/UDP"]`},
		"podSelector": {Meant: "pods", Fix: "write pods, and the labels in it: pods: {app: web}"},
	}
	ingress, egress := withGuess(flow, "to", "from"), withGuess(flow, "from", "to")
	const workloads = "remove it: a Segregation has no workloads, which stay in manifests of their own"
	return map[reflect.Type]map[string]strict.Guess{
		reflect.TypeFor[IngressFlow](): ingress,
		reflect.TypeFor[EgressFlow]():  egress,
		reflect.TypeFor[Component](): {
			"name":          {Fix: "remove it: the name of a component is its key under components"},
			"spec":          {Fix: "leave spec out: what is in it belongs here"},
			"flows":         {Meant: "ingress", Fix: "write ingress for who may call it, and egress for what it may call"},
			"networkPolicy": {Meant: "ingress", Fix: "write ingress for who may call it, and egress for what it may call"},
			"resourceQuota": {Meant: "quota"},
			"limitRange":    {Meant: "limits"},
			"rbac":          {Meant: "access"},
			"image":         {Fix: workloads},
			"replicas":      {Fix: workloads},
			"containers":    {Fix: workloads},
		},
		reflect.TypeFor[Scaleway](): {
			"zone":      {Meant: "region"},
			"folder":    {Meant: "pathPrefix"},
			"accessKey": {Fix: noAPIKey},
			"secretKey": {Fix: noAPIKey},
		},
		reflect.TypeFor[PodSecurity](): {
			"exemptions": {Fix: "remove it: exemptions are in the configuration of the API server, for all namespaces; give the " +
				"component a level that its pods keep to, or move those that cannot into a component of their own"},
			"version": {Meant: "enforceVersion"},
		},
		reflect.TypeFor[Source](): {
			"name":      {Meant: "secret"},
			"key":       {Meant: "secret"},
			"remoteRef": {Meant: "secret", Fix: "leave remoteRef out: secret is the name of the Scaleway secret"},
			"revision":  {Meant: "version"},
			"field":     {Meant: "property"},
			"value":     {Meant: "secret", Fix: noValue},
		},
	}
}

const noValue = "write secret, the name of the Scaleway secret, and replace the value if it was written here"

const noAPIKey = "remove it, and replace the API key if it was written here: it belongs into the Secret that " +
	"credentials of a secret group name"

func withGuess(common map[string]strict.Guess, name, meant string) map[string]strict.Guess {
	all := map[string]strict.Guess{name: {Meant: meant}}
	maps.Copy(all, common)
	return all
}

// guessGroup reads names of keys that are written as fields, and fields of an ExternalSecret.
func guessGroup(name string, value *yaml.Node) strict.Guess {
	isKey := strings.ToUpper(name) == name && syntax.SecretKey.Matches(name)
	switch {
	case isKey && value.Kind == yaml.MappingNode:
		return strict.Guess{Meant: "map", Fix: fmt.Sprintf("move it under map: map: {%s: ...}", name)}
	case isKey:
		return strict.Guess{Meant: "keys", Fix: fmt.Sprintf("list it under keys: keys: [%s]", name)}
	}
	return strict.Guess{Meant: map[string]string{
		"name": "target", "secretName": "target", "secretStore": "store", "secretStoreRef": "store", "folder": "path",
		"data": "keys", "dataFrom": "extract", "optional": "optionalKeys",
	}[name]}
}

// guessPeer reads the peers of a NetworkPolicy, and names of hosts.
func guessPeer(name string) strict.Guess {
	switch name {
	case "namespaceSelector":
		return strict.Guess{Meant: "namespace", Fix: "write the name of the namespace: namespace: ingress-nginx"}
	case "namespaces", "components":
		one := strings.TrimSuffix(name, "s")
		return strict.Guess{Meant: one, Fix: "write one flow for each: {" + one + ": ...}"}
	case "podSelector", "matchLabels", "labels":
		return strict.Guess{Meant: "pods", Fix: "write pods beside component or namespace: pods: {app: web}"}
	case "ipBlock", "ip", "cidrs":
		return strict.Guess{Meant: "cidr", Fix: "write one block of addresses: cidr: 198.51.100.0/24"}
	case "fqdn", "toFQDNs", "host", "hosts", "hostname", "dns", "dnsName", "domain", "domains", "url":
		return strict.Guess{Meant: "fqdns", Fix: noHostNames}
	case "service", "services":
		return strict.Guess{Meant: "component",
			Fix: "policies know no Services: write the component, or the namespace, whose pods are behind it"}
	}
	return strict.Guess{}
}

// guessAccess reads subjects that are written as fields.
func guessAccess(name string) strict.Guess {
	for _, kind := range []string{"User", "Group", "ServiceAccount"} {
		if phrase.Similar(strings.TrimSuffix(name, "s"), kind) {
			return strict.Guess{Meant: "subjects", Fix: fmt.Sprintf("write subjects: [{kind: %s, name: ...}]", kind)}
		}
	}
	return strict.Guess{}
}

// rightForm says how to write a value that is none of a type.
func rightForm(of reflect.Type, path fieldpath.Path, value *yaml.Node) string {
	isMap, isScalar := value.Kind == yaml.MappingNode, value.Kind == yaml.ScalarNode
	isNothing := isScalar && value.ShortTag() == yaml.NodeTagNull
	switch {
	case isNothing && (of == reflect.TypeFor[Component]() || of == reflect.TypeFor[SharedReader]()):
		return fmt.Sprintf("write {} for a component without fields: %s: {}", path.Last())
	case isNothing && of == reflect.TypeFor[Source]():
		return fmt.Sprintf("write {} for the secret of that name: %s: {}", path.Last())
	case isScalar && strings.HasSuffix(path.Last(), "Version"):
		return syntax.PodSecurityVersion.Fix(value.Value)
	case isNothing:
		return ""
	case of == reflect.TypeFor[[]string]() && isMap && (path.Last() == "keys" || path.Last() == "optionalKeys"):
		return keysAsList(value)
	case of == reflect.TypeFor[map[string]Quantity]() && !isMap:
		return fmt.Sprintf("write a quantity for each resource: %s: {cpu: 500m, memory: 1Gi}", path.Last())
	case of == reflect.TypeFor[map[string]string]() && value.Kind == yaml.SequenceNode:
		return fmt.Sprintf("write names and values: %s: {app: web}", path.Last())
	case isMap && (of == reflect.TypeFor[[]Port]() || of == reflect.TypeFor[Port]()):
		return `write the number, with the protocol behind it where it is not TCP: ports: [443, "53/UDP"]`
	case of == reflect.TypeFor[[]Port]() && isScalar:
		return fmt.Sprintf("write a list: ports: [%s]", phrase.Shorten(value.Value))
	case isScalar:
		return formOfScalar(of, value.Value)
	case isMap && slices.Contains(wrappers, path.Last()):
		return fmt.Sprintf("leave %q out: what is in it belongs one level up", path.Last())
	case isMap && of == reflect.TypeFor[Quantity]() && slices.Contains([]string{"requests", "limits"}, path.Last()):
		return fmt.Sprintf("write the names in one: %s.cpu, %s.memory", path.Last(), path.Last())
	case of == reflect.TypeFor[Peer]() && value.Kind == yaml.SequenceNode:
		return fmt.Sprintf("write one flow for each: - %s: {...}", path.Last())
	case of == reflect.TypeFor[SecretGroup]() && value.Kind == yaml.SequenceNode:
		return "write {keys: [...]}"
	}
	return ""
}

// wrappers are objects around a map in Kubernetes, which have none here.
var wrappers = []string{"hard", "spec", "matchLabels"}

// keysAsList is a map of keys as a list of them, or as a map of sources.
func keysAsList(node *yaml.Node) string {
	if len(node.Content) == 0 {
		return ""
	}
	name, value := phrase.Shorten(node.Content[0].Value), node.Content[1]
	if value.Kind == yaml.ScalarNode && value.ShortTag() == yaml.NodeTagNull {
		return fmt.Sprintf("write a list: [%s]", name)
	}
	return fmt.Sprintf("write a list: [%s]; to read %s from another secret than that of its name, write "+
		"map: {%s: {secret: ...}}", name, name, name)
}

// formOfScalar says how to write what was written as one text or number.
func formOfScalar(of reflect.Type, text string) string {
	shown := "..."
	if phrase.IsName(text) {
		shown = text
	}
	switch of {
	case reflect.TypeFor[Duration]():
		return syntax.Duration.Fix(text)
	case reflect.TypeFor[Quantity]():
		return syntax.Quantity.Fix(text)
	case reflect.TypeFor[Peer]():
		return formOfPeer(text, shown)
	case reflect.TypeFor[EgressFlow]():
		return fmt.Sprintf("write {to: {component: %s}}", shown)
	case reflect.TypeFor[IngressFlow]():
		return fmt.Sprintf("write {from: {component: %s}}", shown)
	case reflect.TypeFor[SecretGroup]():
		return fmt.Sprintf("write {keys: [%s]}", shown)
	case reflect.TypeFor[Source]():
		return fmt.Sprintf("write {secret: %s}, with the name of the Scaleway secret", shown)
	case reflect.TypeFor[Credentials](), reflect.TypeFor[PullSecret]():
		return fmt.Sprintf("write {name: %s}, with the name of the Kubernetes Secret", shown)
	case reflect.TypeFor[Subject]():
		return fmt.Sprintf("write {kind: Group, name: %s}; other kinds are User and ServiceAccount", shown)
	}
	return ""
}

// formOfPeer tells the peers apart that are written as one text.
func formOfPeer(text, shown string) string {
	if _, must, _ := syntax.ReadBlock(text); must == "" {
		return fmt.Sprintf("write {cidr: %s}", text)
	}
	switch {
	case text == "internet" || text == "kubernetesAPI":
		return fmt.Sprintf("write {%s: true}", text)
	case shown == text:
		return fmt.Sprintf("write {component: %s}, or {namespace: %s} for one outside of the Segregation", text, text)
	}
	return "write {component: ...}, {namespace: ...} or {cidr: ...}"
}
