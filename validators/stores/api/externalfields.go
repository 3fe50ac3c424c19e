package api

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// ExternalSecrets judges the values of ExternalSecrets and ClusterExternalSecrets, but for what [References] judges.
func ExternalSecrets(set *objects.Set, version eso.Version) verdict.Result {
	r := explaining.New(explaining.OfValues)
	for _, o := range set.ExternalSecrets {
		fields{r, o.Object, version}.externalSecret(fieldpath.Of("spec"), &o.Value.Spec)
	}
	for _, o := range set.ClusterExternalSecrets {
		f := fields{r, o.Object, version}
		spec := &o.Value.Spec
		f.objectName(fieldpath.Of("spec", "externalSecretName"), spec.ExternalSecretName)
		f.duration(fieldpath.Of("spec", "refreshTime"), spec.RefreshInterval)
		f.selector(fieldpath.Of("spec", "namespaceSelector"), spec.NamespaceSelector)
		for i, selector := range spec.NamespaceSelectors {
			f.selector(fieldpath.Of("spec", "namespaceSelectors").Index(i), selector)
		}
		for i, namespace := range spec.Namespaces {
			f.namespace(fieldpath.Of("spec", "namespaces").Index(i), namespace)
		}
		if spec.ExternalSecretSpec == nil {
			f.missing(fieldpath.Of("spec", "externalSecretSpec"), "")
			continue
		}
		f.externalSecret(fieldpath.Of("spec", "externalSecretSpec"), spec.ExternalSecretSpec)
	}
	return r.Result
}

func (f fields) externalSecret(path fieldpath.Path, spec *eso.ExternalSecretSpec) {
	if len(spec.Data)+len(spec.DataFrom) == 0 {
		f.missingOneOf(path, []string{"data", "dataFrom"})
	}
	f.oneOf(path.Child("refreshPolicy"), spec.RefreshPolicy, "CreatedOnce", "Periodic", "OnChange")
	f.refresh(path, spec)
	f.windows(path.Child("syncWindows"), spec.SyncWindows)
	f.target(path.Child("target"), &spec.Target)
	if spec.SecretStoreRef != nil {
		f.storeRef(path.Child("secretStoreRef"), spec.SecretStoreRef)
	}
	for i := range spec.Data {
		f.data(path.Child("data").Index(i), &spec.Data[i])
	}
	for i := range spec.DataFrom {
		f.dataFrom(path.Child("dataFrom").Index(i), &spec.DataFrom[i])
	}
	if needsStore(spec) {
		field := path.Child("secretStoreRef")
		f.ReportUnless(f.o, []fieldpath.Path{field, field.Child("name")},
			f.absence(field, "write secretStoreRef: {name: ...}"))
	}
}

// refresh reports what is never read again.
func (f fields) refresh(path fieldpath.Path, spec *eso.ExternalSecretSpec) {
	never := func(field fieldpath.Path, message, fix string) {
		f.Report(f.o, finding.Finding{Code: finding.NeverRefreshed, Severity: finding.Warning, Field: field,
			Message: message, Fix: fix})
	}
	switch interval, there := f.duration(path.Child("refreshInterval"), spec.RefreshInterval); {
	case spec.RefreshPolicy == eso.RefreshCreatedOnce:
		never(path.Child("refreshPolicy"), "with refreshPolicy CreatedOnce a rotated secret never arrives",
			"use Periodic")
	case spec.RefreshPolicy == eso.RefreshOnChange:
		never(path.Child("refreshPolicy"), "with refreshPolicy OnChange a rotated secret arrives only when somebody "+
			"changes the ExternalSecret", "use Periodic")
	case there && interval <= 0:
		never(path.Child("refreshInterval"),
			fmt.Sprintf("with refreshInterval %q a rotated secret never arrives",
				*spec.RefreshInterval), "set an interval, as in 1h")
	case spec.Target.Immutable:
		never(path.Child("target", "immutable"),
			"an immutable Secret is never changed, so that a rotated secret never arrives",
			"remove immutable")
	}
}

func (f fields) target(path fieldpath.Path, target *eso.Target) {
	f.objectName(path.Child("name"), target.Name)
	f.oneOf(path.Child("creationPolicy"), target.CreationPolicy, eso.CreateOwned, eso.CreateOrphan, eso.CreateMerge,
		eso.CreateNone, eso.CreateOrMerge)
	f.oneOf(path.Child("deletionPolicy"), target.DeletionPolicy, "Delete", "Merge", "Retain")
	owns := !target.Adds() && target.CreationPolicy != eso.CreateNone
	switch {
	case target.DeletionPolicy == "Delete" && !owns, target.DeletionPolicy == "Merge" &&
		target.CreationPolicy == "None":
		f.invalid(path.Child("deletionPolicy"),
			fmt.Sprintf("deletionPolicy %s is refused beside creationPolicy %s", target.DeletionPolicy,
				target.CreationPolicy),
			"use deletionPolicy: Retain")
	case target.DeletionPolicy == "Delete", target.DeletionPolicy == "Merge":
		f.Report(f.o, finding.Finding{
			Code: finding.LosesSecrets, Severity: finding.Warning, Field: path.Child("deletionPolicy"),
			Message: fmt.Sprintf("with deletionPolicy %s what Scaleway answers not to have is removed from the "+
				"cluster, and the ExternalSecret says that all is well", target.DeletionPolicy),
			Fix: "use Retain",
		})
	}
	f.manifest(path.Child("manifest"), target.Manifest)
	if target.Template != nil {
		f.template(path.Child("template"), target.Template, target.IsSecret())
	}
}

// manifest judges the kind that is written instead of a Secret.
func (f fields) manifest(path fieldpath.Path, manifest *eso.Manifest) {
	if manifest == nil {
		return
	}
	if manifest.APIVersion == "" {
		f.missing(path.Child("apiVersion"), "")
	}
	if manifest.Kind == "" {
		f.missing(path.Child("kind"), "")
	}
}

// windows judges the times in which values are read again.
func (f fields) windows(path fieldpath.Path, windows *eso.SyncWindows) {
	if windows == nil {
		return
	}
	if windows.Kind == "" {
		f.missing(path.Child("kind"), "write allow or deny")
	}
	f.oneOf(path.Child("kind"), windows.Kind, "allow", "deny")
	if windows.Windows == nil {
		f.missing(path.Child("windows"), "")
	}
	for i, window := range windows.Windows {
		field := path.Child("windows").Index(i)
		if window.Schedule == "" {
			f.missing(field.Child("schedule"), "write a schedule in the form of cron")
		}
		if window.Duration == nil {
			f.missing(field.Child("duration"), "write how long it lasts, as in 2h")
		}
		f.duration(field.Child("duration"), window.Duration)
	}
}

// template judges a template; secret is false where it is for an object of another kind.
func (f fields) template(path fieldpath.Path, template *eso.Template, secret bool) {
	f.oneOf(path.Child("engineVersion"), template.EngineVersion, "v2")
	f.oneOf(path.Child("mergePolicy"), template.MergePolicy, "Replace", "Merge")
	f.privileged(path, template)
	for i, from := range template.TemplateFrom {
		item := path.Child("templateFrom").Index(i)
		if secret {
			f.templateTarget(item.Child("target"), from.Target)
		}
		f.oneOf(item.Child("valuesDecodingStrategy"), from.ValuesDecodingStrategy, "Auto", "Base64", "Base64URL",
			"None")
		f.templateRef(item.Child("configMap"), from.ConfigMap)
		f.templateRef(item.Child("secret"), from.Secret)
	}
}

// privileged reports what the operator refuses to make by template, so that nobody gets tokens by it.
func (f fields) privileged(path fieldpath.Path, template *eso.Template) {
	token := template.Type == string(corev1.SecretTypeServiceAccountToken) &&
		template.Metadata.Annotations[corev1.ServiceAccountNameKey] != ""
	if f.version.From(noTokens) && (token || template.Type == string(corev1.SecretTypeBootstrapToken)) {
		f.invalid(path.Child("type"), fmt.Sprintf("%q is refused: the operator makes no tokens by template",
			template.Type), "have Kubernetes make the token")
	}
}

// templateTarget judges which part of a Secret a template makes.
func (f fields) templateTarget(field fieldpath.Path, target string) {
	if f.version.Before(anyTarget) {
		f.oneOf(field, target, eso.TargetData, eso.TargetAnnotations, eso.TargetLabels)
		return
	}
	for _, known := range []string{"", eso.TargetData, eso.TargetAnnotations, eso.TargetLabels} {
		if strings.EqualFold(target, known) {
			return
		}
	}
	if f.version.From(threeTargets) {
		f.invalid(field, fmt.Sprintf("%q is not allowed; %s must be Data, Annotations or Labels", target, field.Last()), "")
		return
	}
	f.unless(finding.Finding{
		Code: finding.InvalidESOField, Severity: finding.Warning, Undecided: true, Field: field,
		Message: fmt.Sprintf("not decided: %q is refused by %s of the operator; before, since %s, the template writes "+
			"any field of the Secret so", target, threeTargets, anyTarget),
		Fix: "use Data, Annotations or Labels",
	})
}

func (f fields) templateRef(path fieldpath.Path, ref *eso.TemplateRef) {
	if ref == nil {
		return
	}
	if ref.Name == "" {
		f.missing(path.Child("name"), "")
	}
	f.objectName(path.Child("name"), ref.Name)
	if ref.Items == nil {
		f.missing(path.Child("items"), "")
	}
	for i, item := range ref.Items {
		field := path.Child("items").Index(i)
		if item.Key == "" {
			f.missing(field.Child("key"), "")
		} else {
			f.secretKey(field.Child("key"), item.Key)
		}
		f.oneOf(field.Child("templateAs"), item.TemplateAs, "Values", "KeysAndValues")
	}
}

func (f fields) data(path fieldpath.Path, entry *eso.Data) {
	if f.required(path.Child("secretKey"), entry.SecretKey, "name the key that is written") {
		f.secretKey(path.Child("secretKey"), entry.SecretKey)
	}
	if entry.RemoteRef == nil {
		f.missing(path.Child("remoteRef"), "write remoteRef: {key: path:/folder/name}")
	} else {
		f.remoteRef(path.Child("remoteRef"), entry.RemoteRef)
	}
	if entry.SourceRef == nil {
		return
	}
	if entry.SourceRef.GeneratorRef != nil && entry.SourceRef.StoreRef == nil {
		f.generatorRef(path.Child("sourceRef", "generatorRef"), entry.SourceRef.GeneratorRef)
		f.invalid(path.Child("sourceRef", "generatorRef"), "the operator does not support generators in data",
			"use dataFrom")
		return
	}
	f.sourceRef(path.Child("sourceRef"), entry.SourceRef)
}

func (f fields) dataFrom(path fieldpath.Path, entry *eso.DataFrom) {
	generates := entry.SourceRef != nil && entry.SourceRef.GeneratorRef != nil
	switch {
	case entry.Extract == nil && entry.Find == nil && !generates:
		f.missingOneOf(path, []string{"extract", "find", "sourceRef.generatorRef"})
	default:
		f.exactlyOne(path, []string{"extract", "find", "sourceRef.generatorRef"}, entry.Extract != nil,
			entry.Find != nil,
			generates)
	}
	if entry.Extract != nil {
		f.remoteRef(path.Child("extract"), entry.Extract)
	}
	if entry.Find != nil {
		f.find(path.Child("find"), entry.Find)
	}
	for i := range entry.Rewrite {
		f.rewrite(path.Child("rewrite").Index(i), &entry.Rewrite[i])
	}
	if entry.SourceRef == nil {
		return
	}
	f.sourceRef(path.Child("sourceRef"), entry.SourceRef)
}

// needsStore reports whether an entry has no store, and there is none for all.
func needsStore(spec *eso.ExternalSecretSpec) bool {
	if spec.SecretStoreRef != nil && spec.SecretStoreRef.Name != "" {
		return false
	}
	return slices.ContainsFunc(spec.Data, func(entry eso.Data) bool { return entry.SourceRef == nil }) ||
		slices.ContainsFunc(spec.DataFrom, func(entry eso.DataFrom) bool { return entry.SourceRef == nil })
}

func (f fields) sourceRef(path fieldpath.Path, ref *eso.SourceRef) {
	f.exactlyOne(path, []string{"storeRef", "generatorRef"}, ref.StoreRef != nil, ref.GeneratorRef != nil)
	if ref.StoreRef != nil {
		if ref.StoreRef.Name == "" {
			f.missing(path.Child("storeRef", "name"), "")
		}
		f.storeRef(path.Child("storeRef"), ref.StoreRef)
	}
	if ref.GeneratorRef != nil {
		f.generatorRef(path.Child("generatorRef"), ref.GeneratorRef)
	}
}

func (f fields) remoteRef(path fieldpath.Path, ref *eso.RemoteRef) {
	if ref.Key == "" {
		f.missing(path.Child("key"), "write path:/folder/name")
	}
	f.oneOf(path.Child("metadataPolicy"), ref.MetadataPolicy, "None", "Fetch")
	f.strategies(path, ref.ConversionStrategy, ref.DecodingStrategy)
	f.placeholder(path.Child("property"), ref.Property)
	f.placeholder(path.Child("version"), ref.Version)
	f.oneOf(path.Child("nullBytePolicy"), ref.NullBytePolicy, eso.NullByteIgnore, eso.NullByteFail)
}

func (f fields) strategies(path fieldpath.Path, conversion, decoding string) {
	f.oneOf(path.Child("conversionStrategy"), conversion, "Default", "Unicode")
	f.oneOf(path.Child("decodingStrategy"), decoding, "Auto", "Base64", "Base64URL", "None")
}

func (f fields) find(path fieldpath.Path, find *eso.Find) {
	f.strategies(path, find.ConversionStrategy, find.DecodingStrategy)
	f.oneOf(path.Child("nullBytePolicy"), find.NullBytePolicy, eso.NullByteIgnore, eso.NullByteFail)
	if find.Name != nil {
		f.expression(path.Child("name", "regexp"), find.Name.RegExp)
	}
}

func (f fields) rewrite(path fieldpath.Path, rewrite *eso.Rewrite) {
	f.exactlyOne(path, []string{"regexp", "transform", "merge"}, rewrite.RegExp != nil, rewrite.Transform != nil,
		rewrite.Merge != nil)
	if rewrite.RegExp != nil {
		if rewrite.RegExp.Source == nil {
			f.missing(path.Child("regexp", "source"), "")
		} else {
			f.expression(path.Child("regexp", "source"), *rewrite.RegExp.Source)
		}
		if rewrite.RegExp.Target == nil {
			f.missing(path.Child("regexp", "target"), "")
		}
	}
	if rewrite.Transform != nil && rewrite.Transform.Template == nil {
		f.missing(path.Child("transform", "template"), "")
	}
	if merge := rewrite.Merge; merge != nil {
		f.oneOf(path.Child("merge", "priorityPolicy"), merge.PriorityPolicy, "IgnoreNotFound", "Strict")
		f.oneOf(path.Child("merge", "conflictPolicy"), merge.ConflictPolicy, "Ignore", "Error")
		f.oneOf(path.Child("merge", "strategy"), merge.Strategy, "Extract", "JSON")
	}
}
