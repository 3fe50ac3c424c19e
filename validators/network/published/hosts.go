package published

import (
	netv1 "k8s.io/api/networking/v1"
)

const (
	// everyHost and everyPath stand for what names none.
	everyHost = "*"
	everyPath = "/"
)

// routePath is a path of a HTTPRoute; nil is every one.
type routePath struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

func (p *routePath) text() string {
	if p == nil {
		return everyPath
	}
	return pathText(p.Type, p.Value)
}

func ingressPath(p *netv1.HTTPIngressPath) string {
	kind := ""
	if p.PathType != nil {
		kind = string(*p.PathType)
	}
	return pathText(kind, p.Path)
}

// pathText is a path with how it is compared, where that is not by its beginning.
func pathText(kind, path string) string {
	if path == "" {
		path = everyPath
	}
	switch kind {
	case "", "Prefix", "PathPrefix", string(netv1.PathTypeImplementationSpecific):
		return path
	}
	return path + " (" + kind + ")"
}

// withPaths are names, each with every path.
func withPaths(names, paths []string) []string {
	var all []string
	for _, name := range names {
		for _, path := range paths {
			all = append(all, name+path)
		}
	}
	return all
}

// names are a name that may be missing.
func names(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}
