package roots

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"cloison.dev/cloison/internal/objects"
)

// Groups of what deploys folders.
const (
	fluxGroup = "kustomize.toolkit.fluxcd.io"
	argoGroup = "argoproj.io"
)

// source is what Argo CD takes from a repository.
type source struct {
	Path string `json:"path"`
}

// application is what an Application, and the template of an ApplicationSet, say of sources.
type application struct {
	Source  source   `json:"source"`
	Sources []source `json:"sources"`
}

// deployer is what the objects of Flux and Argo CD have on folders.
type deployer struct {
	Spec struct {
		Path string `json:"path"`
		application
		Template struct {
			Spec application `json:"spec"`
		} `json:"template"`
		Generators []struct {
			Git struct {
				Directories []struct {
					Path    string `json:"path"`
					Exclude bool   `json:"exclude"`
				} `json:"directories"`
			} `json:"git"`
		} `json:"generators"`
	} `json:"spec"`
}

// deployments are the folders that an object has deployed. Which repository they are in is not looked at: a folder that
// is in another one is not found in this.
func (r *reader) deployments(o *objects.Object) []Deployment {
	group := objects.GroupOf(o.APIVersion)
	var d deployer
	if group != fluxGroup && group != argoGroup || o.DecodePart(&d) != nil {
		return nil
	}
	var paths []string
	if group == fluxGroup && o.Kind == "Kustomization" {
		paths = append(paths, d.Spec.Path)
	}
	if o.Kind == "Application" || o.Kind == "ApplicationSet" {
		for _, app := range []application{d.Spec.application, d.Spec.Template.Spec} {
			paths = append(paths, app.Source.Path)
			for _, s := range app.Sources {
				paths = append(paths, s.Path)
			}
		}
		for _, generator := range d.Spec.Generators {
			for _, folder := range generator.Git.Directories {
				if !folder.Exclude {
					paths = append(paths, folder.Path)
				}
			}
		}
	}
	var all []Deployment
	for _, p := range paths {
		if at, inside := r.inTop(p); inside {
			all = append(all, Deployment{Path: at, By: o.String()})
		}
	}
	return all
}

// inTop is a path of the repository as seen from the top.
func (r *reader) inTop(name string) (string, bool) {
	if name == "" || strings.Contains(name, "{{") {
		return "", false
	}
	name = path.Clean(strings.TrimPrefix(name, "/"))
	if r.below != "." {
		rest, inside := strings.CutPrefix(name, r.below+"/")
		if !inside {
			return "", false
		}
		name = rest
	}
	return name, name != "." && !strings.HasPrefix(name, "..")
}

// belowRepository is the path of a folder within the git repository around it; "." where there is none, or where it is
// the top of one.
func belowRepository(folder string) string {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "."
	}
	for at := absolute; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, ".git")); err == nil {
			below, _ := filepath.Rel(at, absolute) // both are absolute
			return filepath.ToSlash(below)
		}
		if at == filepath.Dir(at) {
			return "."
		}
	}
}
