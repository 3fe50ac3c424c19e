package spec

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// validator judges a spec that has been decoded and defaulted. It changes nothing and reports every problem.
type validator struct {
	*strict.Document
	seg *Segregation
	// cluster is the one that the Segregation is for.
	cluster cluster.Cluster
	// owners has the component of every namespace.
	owners map[string]string
	// corrected has the names that components must be given instead of the ones that they have.
	corrected map[string]bool
}

func validate(seg *Segregation, d *strict.Document, in cluster.Cluster) {
	v := &validator{Document: d, seg: seg, cluster: in, owners: ownersOf(seg.Spec.Components),
		corrected: correctedNames(seg.Spec.Components)}
	v.typeMeta()
	v.metadata()
	v.scaleway(fieldpath.Of("spec", "scaleway"), &seg.Spec.Scaleway)
	v.apiURL(fieldpath.Of("spec", "scaleway", "apiURL"), seg.Spec.Scaleway.APIURL)
	v.sync(fieldpath.Of("spec", "sync"), &seg.Spec.Sync)
	v.paths(fieldpath.Of("spec", "validation", "paths"), seg.Spec.Validation.Paths)
	oneOf(v, fieldpath.Of("spec", "validation", "undecided"), seg.Spec.Validation.Undecided, UndecidedReport,
		UndecidedRefuse)
	v.generated(fieldpath.Of("spec", "generated"), &seg.Spec.Generated)
	v.acceptances(fieldpath.Of("spec", "accept"), seg.Spec.Accept)
	v.components(fieldpath.Of("spec", "components"))
	v.sharedGroups(fieldpath.Of("spec", "sharedSecrets"))
	v.uniqueNamespaces()
	v.disjointFolders()
	v.uniqueFlows()
}

func (v *validator) typeMeta() {
	if v.seg.APIVersion != wellknown.APIVersion {
		v.Problem(finding.SpecVersion, fieldpath.Of("apiVersion"),
			phrase.Quote(v.seg.APIVersion)+" must be "+wellknown.APIVersion, phrase.Write(wellknown.APIVersion))
	}
	if v.seg.Kind != wellknown.SegregationKind {
		v.Problem(finding.SpecVersion, fieldpath.Of("kind"),
			phrase.Quote(v.seg.Kind)+" must be "+wellknown.SegregationKind, "")
	}
}

func (v *validator) metadata() {
	path, name := fieldpath.Of("metadata", "name"), v.seg.Metadata.Name
	if v.required(path, name, "add a name such as shop; it starts the names of the namespaces") {
		v.label(path, name)
	}
	for _, key := range slices.Sorted(maps.Keys(v.seg.Metadata.Annotations)) {
		v.ownAnnotation(fieldpath.Of("metadata", "annotations", key), key)
	}
}

// ownAnnotation refuses an annotation of Cloison that there is not: what it was to change would stay as it is.
func (v *validator) ownAnnotation(path fieldpath.Path, key string) {
	group, name, _ := strings.Cut(key, "/")
	switch {
	case key == wellknown.ModeAnnotation, group+"/" == wellknown.SuppressPrefix:
	case group == wellknown.Group, phrase.Similar(key, wellknown.ModeAnnotation):
		v.Problem(finding.SpecUnknownField, path, fmt.Sprintf("unknown annotation %s; must be %s, or %sCODE",
			phrase.Quote(key), wellknown.ModeAnnotation, wellknown.SuppressPrefix),
			cmp.Or(meantAnnotation(key, name), "remove it"))
	}
}

// meantAnnotation is the fix for a misspelt annotation; empty where it is not known what it was to be.
func meantAnnotation(key, name string) string {
	if code := finding.MeantCode(strings.TrimPrefix(strings.TrimPrefix(name, "suppress"), "-")); code != "" {
		return phrase.Write(wellknown.SuppressPrefix + string(code))
	}
	return phrase.Write(phrase.ClosestWord(key, []string{wellknown.ModeAnnotation}))
}

// required reports a text that is missing. It returns whether the text is there.
func (v *validator) required(path fieldpath.Path, value, fix string) bool {
	if value == "" {
		v.Problem(finding.SpecRequired, path, "must be given", fix)
	}
	return value != ""
}

func (v *validator) invalid(path fieldpath.Path, value, must, fix string) {
	v.Problem(finding.SpecInvalidValue, path, phrase.Quote(value)+" must be "+must, fix)
}

// form checks that a text has the form of a grammar.
func (v *validator) form(path fieldpath.Path, value string, of syntax.Grammar) {
	if !of.Matches(value) {
		v.invalid(path, value, of.Must, of.Fix(value))
	}
}

// label checks a DNS label, the form of names of segregations, components, groups and namespaces.
func (v *validator) label(path fieldpath.Path, value string) {
	v.form(path, value, syntax.DNSLabel)
}

// objectName checks the name of a Secret, a SecretStore or a workload.
func (v *validator) objectName(path fieldpath.Path, value string) {
	v.form(path, value, syntax.ObjectName)
}

// oneOf checks a value out of a list.
func oneOf[T ~string](v *validator, path fieldpath.Path, value T, allowed ...T) {
	if slices.Contains(allowed, value) {
		return
	}
	names := make([]string, len(allowed))
	for i, name := range allowed {
		names[i] = string(name)
	}
	meant := phrase.ClosestWord(string(value), names)
	if other := otherWords[strings.ToLower(string(value))]; slices.Contains(names, other) {
		meant = other
	}
	v.invalid(path, string(value), "one of "+phrase.List(names), phrase.Write(meant))
}

// otherWords are what values are called elsewhere: roles of Kubernetes, and the short name of an engine.
var otherWords = map[string]string{
	"edit": string(RoleDeveloper), "write": string(RoleDeveloper), "view": string(RoleViewer), "read": string(RoleViewer),
	"reader": string(RoleViewer), "readonly": string(RoleViewer), "eso": string(EngineExternalSecrets),
	"kebab-case": string(SecretNamesKebab), "lowercase": string(SecretNamesLower), "lower-case": string(SecretNamesLower),
}

// scaleway checks where secrets live.
func (v *validator) scaleway(path fieldpath.Path, s *Scaleway) {
	if v.required(path.Child("region"), s.Region, "add the Scaleway region that holds the secrets, such as fr-par") {
		v.region(path.Child("region"), s.Region)
	}
	if v.required(
		path.Child("projectID"),
		s.ProjectID,
		"add the UUID of the Scaleway project that holds the secrets",
	) {
		v.project(path.Child("projectID"), s.ProjectID)
	}
	v.folder(path.Child("pathPrefix"), s.PathPrefix)
}

// region checks a region, and warns of one that Scaleway is not known to have: there may be new ones.
func (v *validator) region(path fieldpath.Path, value string) {
	known := syntax.Regions()
	if !syntax.Region.Matches(value) {
		v.invalid(path, value, syntax.Region.Must, cmp.Or(syntax.Region.Fix(value), "write one of "+phrase.List(known)))
	} else if !slices.Contains(known, value) {
		v.Warn(finding.SpecUnlikely, path, phrase.Quote(value)+" is none of the regions that Scaleway is known to have: "+
			phrase.List(known), phrase.Write(phrase.ClosestWord(value, known)))
	}
}

func (v *validator) project(path fieldpath.Path, value string) {
	if syntax.ProjectID.Matches(value) {
		return
	}
	v.invalid(path, value, syntax.ProjectID.Must,
		cmp.Or(syntax.ProjectID.Fix(value), "copy it from the project's settings in the Scaleway console"))
}

// folder checks a Scaleway folder.
func (v *validator) folder(path fieldpath.Path, value string) {
	if !v.Written(path) {
		return // a default, made of values that are judged where they were written
	}
	v.form(path, value, syntax.Folder)
}

func (v *validator) apiURL(path fieldpath.Path, value string) {
	if value == "" {
		return
	}
	parsed, err := url.Parse(value)
	switch {
	case !phrase.IsPublicURL(value):
		v.Problem(finding.SpecInvalidValue, path, "must be a URL without user, password, query and fragment",
			"remove them: the API key is read from the credentials' Secret")
	case err != nil, parsed.Scheme != "http" && parsed.Scheme != "https", parsed.Hostname() == "",
		strings.HasSuffix(value, "/"):
		v.invalid(path, value, "an http or https URL without a slash at the end, such as https://api.scaleway.com",
			meantURL(value))
	default:
		v.apiHost(path, value, parsed)
	}
}

// meantURL is the fix for a URL without a scheme, or with a slash at its end; empty for another one.
func meantURL(text string) string {
	meant := strings.TrimRight(text, "/")
	if !strings.Contains(meant, "://") {
		meant = "https://" + meant
	}
	if parsed, err := url.Parse(meant); err != nil || !strings.HasPrefix(parsed.Scheme, "http") || !strings.Contains(parsed.Host, ".") {
		return ""
	}
	return phrase.Write(meant)
}

// apiHost checks what goes into a NetworkPolicy of the engine Cloison.
func (v *validator) apiHost(path fieldpath.Path, value string, parsed *url.URL) {
	if port := parsed.Port(); port != "" {
		if _, err := Port(port).Parse(); err != nil {
			v.invalid(path, value, "a URL with a port from 1 to 65535", "")
		}
	}
	host := parsed.Hostname()
	addr, err := netip.ParseAddr(host)
	switch {
	case err != nil && !syntax.ObjectName.Matches(strings.ToLower(host)):
		v.invalid(path, value, "a URL with the name or address of a host", "")
	case err == nil && addr.Is4In6():
		v.invalid(path, value, "a URL with an IPv4 address written as one", "write "+addr.Unmap().String())
	case err == nil && v.isMetadataService(addr):
		v.invalid(path, value, "the URL of a Scaleway API, and not of the metadata service", "")
	}
}

func (v *validator) paths(path fieldpath.Path, check PathCheck) {
	if check == "" {
		return
	}
	oneOf(v, path, check, PathsOff, PathsInventory, PathsLive)
}

func (v *validator) duration(path fieldpath.Path, d Duration) {
	if _, err := d.Parse(); err != nil {
		v.Problem(finding.SpecInvalidValue, path, err.Error(), syntax.Duration.Fix(string(d)))
	}
}

// versions are those of the Pod Security Standards, by their fields.
func (p *PodSecurity) versions() map[string]string {
	return map[string]string{"enforceVersion": p.EnforceVersion, "warnVersion": p.WarnVersion,
		"auditVersion": p.AuditVersion}
}

// generated checks what is added to generated objects.
func (v *validator) generated(path fieldpath.Path, g *Generated) {
	v.annotations(path.Child("annotations"), g.Annotations)
	for _, name := range slices.Sorted(maps.Keys(g.Kinds)) {
		at := path.Child("kinds", name)
		if !slices.Contains(GeneratedKinds(), name) {
			v.invalid(at, name, "a kind that is generated: "+phrase.List(GeneratedKinds()),
				phrase.Write(phrase.ClosestWord(name, GeneratedKinds())))
		}
		if kind := g.Kinds[name]; kind != nil {
			v.annotations(at.Child("annotations"), kind.Annotations)
		}
	}
}

func (v *validator) components(path fieldpath.Path) {
	if len(v.seg.Spec.Components) == 0 && !v.UndecodedBelow(path) {
		v.Problem(finding.SpecRequired, path, "must have at least one component",
			"add the first: components: {frontend: {}}")
	}
	for _, name := range slices.Sorted(maps.Keys(v.seg.Spec.Components)) {
		v.componentName(path.Child(name), name)
		if c := v.seg.Spec.Components[name]; c != nil {
			v.component(path.Child(name), name, c)
		}
	}
}

// componentName checks the name of a component, which is mended together with the flows that name it.
func (v *validator) componentName(path fieldpath.Path, name string) {
	if syntax.DNSLabel.Matches(name) {
		return
	}
	fix := syntax.DNSLabel.Fix(name)
	if fix != "" && v.isPeer(name) {
		fix += ", in the flows that name it too"
	}
	v.invalid(path, name, syntax.DNSLabel.Must, fix)
}

// isPeer reports whether a flow names a component.
func (v *validator) isPeer(name string) bool {
	for _, c := range v.seg.Spec.Components {
		if c != nil && (slices.ContainsFunc(c.Egress, func(f EgressFlow) bool { return f.To.Component == name }) ||
			slices.ContainsFunc(c.Ingress, func(f IngressFlow) bool { return f.From.Component == name })) {
			return true
		}
	}
	return false
}

func correctedNames(components map[string]*Component) map[string]bool {
	names := map[string]bool{}
	for name := range components {
		for _, meant := range syntax.DNSLabel.Meant(name) {
			names[meant] = true
		}
	}
	return names
}

func (v *validator) component(path fieldpath.Path, name string, c *Component) {
	v.namespace(path.Child("namespace"), name, c.Namespace)
	v.namespaceLabels(path.Child("labels"), c.Labels)
	v.annotations(path.Child("annotations"), c.Annotations)
	levels := []PodSecurityLevel{"privileged", "baseline", "restricted"}
	oneOf(v, path.Child("podSecurity", "enforce"), c.PodSecurity.Enforce, levels...)
	oneOf(v, path.Child("podSecurity", "warn"), c.PodSecurity.Warn, levels...)
	oneOf(v, path.Child("podSecurity", "audit"), c.PodSecurity.Audit, levels...)
	for field, version := range c.PodSecurity.versions() {
		if at := path.Child("podSecurity", field); version != "" && !syntax.PodSecurityVersion.Matches(version) {
			v.invalid(at, version, syntax.PodSecurityVersion.Must, "")
		}
	}
	v.componentScaleway(path.Child("scaleway"), c.Scaleway)
	v.groups(path, name, c)
	v.flows(path, name, c)
	oneOf(v, path.Child("internalTraffic"), c.InternalTraffic, InternalAllow, InternalDeny)
	v.quota(path.Child("quota"), c.Quota)
	v.limits(path.Child("limits"), c.Limits)
	v.access(path.Child("access"), name, c.Access)
}

// componentScaleway checks what a component overrides; what it inherited is judged where it was written.
func (v *validator) componentScaleway(path fieldpath.Path, s *Scaleway) {
	if s.APIURL != "" {
		v.Problem(finding.SpecInvalidValue, path.Child("apiURL"), "must not be set for one component",
			"set spec.scaleway.apiURL")
	}
	if v.Written(path.Child("region")) {
		v.region(path.Child("region"), s.Region)
	}
	if v.Written(path.Child("projectID")) {
		v.project(path.Child("projectID"), s.ProjectID)
	}
	v.folder(path.Child("pathPrefix"), s.PathPrefix)
}
