package intake

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/kubeyaml"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/wellknown"
)

// List is a ResourceList as objects.
type List struct {
	// Config is the functionConfig, marked as local; nil where there is none.
	Config *objects.Object
	// Items has one object for each item, in their order.
	Items []*objects.Object
}

// FromList makes objects of a ResourceList. file is the one that holds it, empty for standard input: hosts send lists
// there, and know what is local, but kubectl can be given a file. The error names an item that is no object.
func FromList(list *resourcelist.List, file string) (List, error) {
	found := List{Items: make([]*objects.Object, len(list.Items))}
	if list.FunctionConfig != nil {
		found.Config = AsLocal(fromItem(list.FunctionConfig, file))
	}
	for i, item := range list.Items {
		if item.APIVersion == "" || item.Kind == "" {
			return List{}, fmt.Errorf("items[%d]: %w", i, objects.ErrNoObject)
		}
		found.Items[i] = fromItem(item, file)
	}
	return found, nil
}

// FromItem is an item that a host sent, or is sent, as an object.
func FromItem(item *resourcelist.Item) *objects.Object { return fromItem(item, "") }

func fromItem(item *resourcelist.Item, file string) *objects.Object {
	o := objects.FromMeta(item.Meta, cmp.Or(item.File(), file), item.FirstLine(), item)
	o.KeptByHost = file == ""
	return o
}

// Objects are the items, and before them the functionConfig where it is a Segregation.
func (l List) Objects() []*objects.Object {
	if l.Config == nil || !wellknown.IsSegregation(l.Config.APIVersion, l.Config.Kind) {
		return l.Items
	}
	return append([]*objects.Object{l.Config}, l.Items...)
}

// AsLocal marks an object as kept from being applied, as the configuration of a function is.
func AsLocal(o *objects.Object) *objects.Object {
	o.Annotations = maps.Clone(o.Annotations)
	if o.Annotations == nil {
		o.Annotations = map[string]string{}
	}
	o.Annotations[wellknown.LocalConfigAnnotation] = "true"
	return o
}

// unknownKinds refuses objects of Cloison's group whose kind there is not, and of its kinds whose group is misspelt:
// nobody else would read them.
func unknownKinds(in Input) []finding.Finding {
	known := []string{wellknown.SegregationKind, wellknown.InventoryKind, wellknown.ClusterKind}
	var found []finding.Finding
	misspelt := map[string]bool{} // most objects are of a few groups
	for _, o := range in.Objects {
		if _, isAsked := misspelt[o.APIVersion]; !isAsked {
			misspelt[o.APIVersion] = isMisspelt(o.APIVersion)
		}
		refused := finding.Finding{Code: finding.SpecVersion, Severity: finding.Error}
		switch {
		case wellknown.IsUnknown(o.APIVersion, o.Kind):
			refused.Field = fieldpath.Of("kind")
			refused.Message = fmt.Sprintf("%s must be %s", phrase.Quote(o.Kind), phrase.Or(known))
			refused.Fix = phrase.Write(phrase.ClosestWord(o.Kind, known))
		case misspelt[o.APIVersion] && phrase.Closest(o.Kind, known) != "":
			refused.Field = fieldpath.Of("apiVersion")
			refused.Message = fmt.Sprintf("%s must be %s", phrase.Quote(o.APIVersion), wellknown.APIVersion)
			refused.Fix = phrase.Write(wellknown.APIVersion)
		default:
			continue
		}
		found = append(found, in.Place(o, refused))
	}
	return found
}

// isMisspelt reports whether an apiVersion was meant to be of Cloison's group, and is of another one.
func isMisspelt(apiVersion string) bool {
	group, _, _ := strings.Cut(apiVersion, "/")
	first, _, _ := strings.Cut(wellknown.Group, ".")
	ours := strings.HasPrefix(group, first+".") || group == first || phrase.Similar(group, wellknown.Group)
	return ours && !strings.HasPrefix(apiVersion, wellknown.Group+"/")
}

// Foreign is why an object is for no cluster though it is written like one, as in "a Kptfile of kpt"; empty where it
// may be for one. What is in a list is for a cluster whatever the list is called.
func Foreign(o *objects.Object) string {
	switch tool := toolOf(o); {
	case o.IsList, o.IsInstruction(): // what is wrong with an instruction is said where it is read
		return ""
	case tool != "":
		return "a " + o.Kind + " of " + tool
	case !hasMetadata(o):
		return "a " + o.Kind + " without metadata"
	}
	return ""
}

// toolOf names the program that an object configures; empty for objects of a cluster.
func toolOf(o *objects.Object) string {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	switch {
	case wellknown.IsBaseline(o.APIVersion, o.Kind):
		return "Cloison"
	case group == "kustomize.config.k8s.io":
		return "kustomize"
	case group == "kpt.dev":
		return "kpt"
	case o.APIVersion == "v1" && o.Kind == "Config":
		return "kubectl"
	}
	return ""
}

func hasMetadata(o *objects.Object) bool {
	if o.Name != "" {
		return true
	}
	node, err := o.Source.Node()
	return err != nil || kubeyaml.Hosts.Value(node, "metadata") != nil
}
