// Package stores judges stores, ExternalSecrets and PushSecrets: family E of the findings. Every value is judged twice: can
// the API server and the operator work with it, and does it keep the components' secrets apart.
package stores

import (
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
)

// Check returns what is wrong, in any order. flow is that of the set.
func Check(set *objects.Set, components *scope.Scope, flow *secretflow.Graph) []finding.Finding {
	c := &checker{
		set: set, scope: components, graph: flow, namespaces: secretflow.NewNamespaces(set), blamed: map[place]bool{}, halves: map[place]string{},
	}
	// What is wrong with single values comes first: it explains much of what is found later.
	c.versions()
	c.unknownFields()
	c.storeFields()
	c.externalSecretFields()
	c.pushSecretFields()
	c.references()
	c.keysTwice()
	if components.Planned {
		c.declared = newDeclared(c)
		c.declared.check()
	} else {
		c.sharedFolders()
	}
	c.sharedCredentials()
	c.credentialKeys()
	c.clusterStores()
	c.clusterExternalSecrets()
	c.pushes()
	c.storeReferences()
	c.unusedStores()
	c.targetsTwice()
	c.otherProviders()
	return c.findings
}

// checker collects the findings about one input.
type checker struct {
	set        *objects.Set
	scope      *scope.Scope
	graph      *secretflow.Graph
	namespaces *secretflow.Namespaces
	// declared is what the Segregations say; nil without one.
	declared *declared
	findings []finding.Finding
	// blamed are the places where something is wrong already, so that one mistake is not found twice.
	blamed map[place]bool
	// halves has what is wrong with the first half of a store's API key, by the rest of the field's path.
	halves map[place]string
	// readers is what otherReader knows.
	readers map[string][]*secretflow.Read
	// folders is what readersOf knows.
	folders map[string][]string
}

// place is a field of an object.
type place struct {
	object *objects.Object
	field  string
}

// report adds a finding about a field. What is wrong with both halves of an API key is said once.
func (c *checker) report(o *objects.Object, f finding.Finding) {
	defer c.blame(o, f.Field)
	if rest, is := strings.CutPrefix(f.Field, accessKeyPath); is {
		c.halves[place{o, rest}] = f.Message
	}
	if rest, is := strings.CutPrefix(f.Field, secretKeyPath); is {
		if other := c.halves[place{o, rest}]; other == strings.ReplaceAll(f.Message, "secret key", "access key") {
			return
		}
	}
	c.findings = append(c.findings, o.About(f))
}

// The two halves of an API key.
const (
	accessKeyPath = scalewayPath + ".accessKey"
	secretKeyPath = scalewayPath + ".secretKey"
)

// blame marks a field, and the entry of an ExternalSecret that it is in.
func (c *checker) blame(o *objects.Object, field string) {
	c.blamed[place{o, field}] = true
	if entry := entryForm().FindString(field); entry != "" {
		c.blamed[place{o, entry}] = true
	}
}

// entryForm finds the entry of an ExternalSecret in the path of a field.
var entryForm = form.New(`^.*\.(data|dataFrom)\[[0-9]+\]`)

func (c *checker) isBlamed(o *objects.Object, field string) bool { return c.blamed[place{o, field}] }

// name is how messages call the component of a namespace.
func (c *checker) name(namespace string) string {
	if component := c.scope.Of(namespace); component != nil && c.scope.Planned {
		return "component " + component.Name
	}
	return "namespace " + namespace
}

// severity is Error where a Segregation says what is meant, else Warning.
func (c *checker) severity() finding.Severity {
	if c.scope.Planned {
		return finding.Error
	}
	return finding.Warning
}
