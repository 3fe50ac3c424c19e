package importer

import (
	"bytes"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/document"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/importer/folders"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/specyaml"
)

const headerOfFolders = `# Written by "cloison init" from what Scaleway holds. It is never applied to a cluster: Cloison expands it. Look at
# every comment; "cloison schema" has every field for your editor.
`

// FromInventories writes a first Segregation, with a component for each folder of Inventories. It has the name that is
// given, a DNS label. Same input, same bytes.
func FromInventories(name string, inventories []*inventory.Inventory, options Options) *Result {
	d := draft.New(options.Cluster)
	d.Segregation.Metadata.Name = name
	folders.Read(d, inventories)
	if len(d.Components) == 0 {
		return &Result{Notes: d.Notes}
	}
	noteWanted(d)
	doc := document.Encode(d.Segregation)
	noteRefusals(d, doc)
	d.Sort()
	return &Result{Segregation: doc.Write(headerOfFolders, draft.Join(d.Notes)), Notes: d.Notes}
}

// noteWanted notes what no Inventory says.
func noteWanted(d *draft.Draft) {
	components := fieldpath.Of("spec", "components")
	d.Remark(draft.Wanted, components, "flows, as ingress and egress of each component: until then everything but DNS and "+
		"the traffic inside of a component is denied")
	d.Remark(draft.Wanted, components, "API keys: each component reads with one of its own, in Secret "+
		"scw-<component>-credentials of its namespace")
	d.Remark(draft.Suggested, components, "quota, limits and access, for all components under spec.defaults: nobody has a "+
		"role, and nothing is limited")
}

// skeleton is a first Segregation of which nothing is known but its name, region and project.
const skeleton = `# Written by "cloison init". It is never applied to a cluster: Cloison expands it, see "cloison render --help".
# "cloison schema" has every field for your editor.
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata:
  name: {NAME} # it starts the name of every namespace
  annotations: {config.kubernetes.io/local-config: "true"}
spec:
  scaleway:
    region: {REGION}
    # The UUID of the project that the secrets live in, from its settings in the Scaleway console.
    projectID: {PROJECT}
    # pathPrefix: /production # for folders that environments do not share
  # defaults: # for all components
  #   quota: {pods: "20"}
  #   access:
  #     team: {role: viewer, subjects: [{kind: Group, name: developers}]}
  components: # the parts of the application, each in a namespace of its own
    web:
      ingress: # who may connect to it; everybody else is denied
        - {from: {namespace: ingress-nginx}, ports: [8080]}
      egress: # to whom it may connect; a flow between components is written once
        - {to: {component: api}, ports: [8080]}
    api:
      secrets: # from Scaleway's folder, by default called as the namespace, into Secret api-secrets
        keys: [DATABASE_URL] # the secret database-url
        # optionalKeys: [SENTRY_DSN] # which may be missing
      egress:
        - {to: {internet: true}, ports: [443]}
`

// Skeleton writes a small Segregation of two components to start from, and notes what is to be written. It has the name
// that is given, a DNS label, and a region and a project. nothingKnown says that the project is made up.
func Skeleton(name string, place spec.Scaleway, nothingKnown bool) *Result {
	text := strings.NewReplacer("{NAME}", scalar(name), "{REGION}", scalar(place.Region),
		"{PROJECT}", scalar(place.ProjectID)).Replace(skeleton)
	at := fieldpath.Of("spec")
	result := &Result{Segregation: []byte(text)}
	note := func(at fieldpath.Path, reason string) {
		result.Notes = append(result.Notes, draft.Note{
			Outcome: draft.Wanted, Reason: fmt.Sprintf("%s: %s", at, reason), At: at,
		})
	}
	if nothingKnown {
		note(at.Child("scaleway", "region"), "the region that the secrets live in, unless it is "+place.Region)
		note(at.Child("scaleway", "projectID"), "the UUID of the Scaleway project that the secrets live in")
	}
	note(at.Child("components"), "the parts of your application in place of web and api, with their secrets and flows")
	return result
}

// scalar is a text as YAML has it.
func scalar(text string) string {
	var out bytes.Buffer
	if err := yaml.NewEncoder(&out).Encode(specyaml.Encode(text)); err != nil {
		panic("importer: a name cannot be written as YAML: " + err.Error())
	}
	return strings.TrimSpace(out.String())
}
