package load

import (
	"bytes"
	"errors"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/sops"
	"cloison.dev/cloison/internal/wholefile"
)

// part is one file or stream, and what came of reading it.
type part struct {
	// file is the name for findings, path the one to open; both are empty for the stream, whose text is data.
	file, path string
	data       []byte

	objects []*objects.Object
	unread  []*objects.Unread
	// skip is why the file, or something in it, is not for a cluster.
	skip string
}

// refuse notes that the whole part cannot be read.
func (p *part) refuse(err error) {
	p.unread = append(p.unread, &objects.Unread{File: p.file, Err: err})
}

// read parses the part. Parts that have their objects already stay as they are.
func (p *part) read() {
	if p.path != "" {
		var err error
		if p.data, err = os.ReadFile(p.path); err != nil {
			p.refuse(wholefile.Cause(err))
			return
		}
	}
	if len(p.data) == 0 && p.objects != nil {
		return
	}
	if sops.IsGitCrypt(p.data) {
		p.refuse(sops.ByGitCrypt())
		return
	}
	if isResourceList(p.data) {
		p.readResourceList()
	} else {
		p.readDocuments()
	}
	if p.file == "" && p.skip != "" && len(p.objects)+len(p.unread) == 0 {
		p.refuse(errors.New(p.skip))
		p.skip = ""
	}
}

var openTemplate = []byte("{{")

func (p *part) readDocuments() {
	found, err := objects.Parse(p.file, p.data)
	mayBeTemplate := bytes.Contains(p.data, openTemplate)
	switch {
	case err != nil && len(found) == 0 && p.isForeign(err):
		p.skip = "not a Kubernetes object"
	case err != nil && !isText(p.data):
		p.refuse(errors.New("is no text in UTF-8, and so no manifest"))
	case err != nil && mayBeTemplate, mayBeTemplate && anyTemplate(found):
		p.refuse(errors.New("is a template ({{), no manifest: render it first, as with helm template, and check the " +
			"output"))
	default:
		p.unread = unread(err)
		p.keep(found)
	}
}

// isText reports whether data can be text in UTF-8 or UTF-16, the latter by the mark that it starts with.
func isText(data []byte) bool {
	isUTF16 := bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
	return isUTF16 || utf8.Valid(data) && !bytes.ContainsRune(data, 0)
}

// mayBeObject reports whether a text that cannot be read has a field that objects of Kubernetes begin with.
func mayBeObject(text []byte) bool {
	for _, field := range []string{`"apiVersion"`, `"kind"`, `"metadata"`, `"spec"`} {
		if bytes.Contains(text, []byte(field)) {
			return true
		}
	}
	return false
}

// isForeign reports whether a file that could not be read is none of Kubernetes: nothing in it has an apiVersion and
// kind, or it is JSON with comments, as some tools have it.
func (p *part) isForeign(err error) bool {
	if path.Ext(p.file) == ".json" && !mayBeObject(p.data) {
		_, encrypted := errors.AsType[*sops.Encrypted](err)
		return !encrypted
	}
	for _, document := range unread(err) {
		if !errors.Is(document, objects.ErrNoObject) {
			return false
		}
	}
	return true
}

// unread takes the error of objects.Parse apart.
func unread(err error) []*objects.Unread {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return nil
	}
	var all []*objects.Unread
	for _, problem := range joined.Unwrap() {
		if document, is := errors.AsType[*objects.Unread](problem); is {
			all = append(all, document)
		}
	}
	return all
}

// anyTemplate reports whether an unquoted {{ was taken for YAML: a mapping whose key is a mapping.
func anyTemplate(found []*objects.Object) bool {
	for _, o := range found {
		if node, err := o.Source.Node(); err == nil && isTemplate(node) {
			return true
		}
	}
	return false
}

func isTemplate(node *yaml.Node) bool {
	for i, content := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && content.Kind == yaml.MappingNode || isTemplate(content) {
			return true
		}
	}
	return false
}

// keep takes the objects that are meant for a cluster.
func (p *part) keep(found []*objects.Object) {
	var reasons []string
	for _, o := range found {
		foreign := intake.Foreign(o)
		if foreign == "" {
			p.objects = append(p.objects, o)
			continue
		}
		if reason := foreign + ", no Kubernetes object"; !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	switch {
	case len(reasons) > 0:
		p.skip = strings.Join(reasons, "; ")
	case len(p.objects)+len(p.unread) == 0:
		p.skip = "holds no object"
	}
}
