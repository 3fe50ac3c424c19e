package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Media types and annotations are those that Flux's own client writes. Facts: docs/facts.md, "Artifacts of Flux".
const (
	configType  types.MediaType = "application/vnd.cncf.flux.config.v1+json"
	contentType types.MediaType = "application/vnd.cncf.flux.content.v1.tar+gzip"

	createdAnnotation  = "org.opencontainers.image.created"
	sourceAnnotation   = "org.opencontainers.image.source"
	revisionAnnotation = "org.opencontainers.image.revision"
)

// epoch is the time of an artifact that says nothing of when it was made, as of Flux's "push artifact --reproducible".
const epoch = "1970-01-01T00:00:00Z"

// origin says where manifests come from. OCIRepository shows it in its status.
type origin struct {
	// source is the address of a repository, and revision what was rendered of it. Both are required.
	source, revision string
	// created is a time in the form of RFC 3339.
	created string
}

func (o origin) validate() error {
	var problems []error
	if o.source == "" {
		problems = append(problems, errors.New("--source must be the address of the repository that the manifests "+
			"come from, such as https://git.example.com/team/shop"))
	}
	if hasPassword(o.source) {
		problems = append(problems, errors.New("--source must have no user and password, which everybody who pulls "+
			"the artifact could read; give the address without them"))
	}
	if o.revision == "" {
		problems = append(problems, errors.New("--revision must say what of the source was rendered, such as "+
			"main@sha1:COMMIT"))
	}
	if _, err := time.Parse(time.RFC3339, o.created); err != nil {
		problems = append(problems, fmt.Errorf("--created must be a time such as %s, is %q", epoch, o.created))
	}
	return errors.Join(problems...)
}

// hasPassword reports whether an address holds a password or a token. CI systems put theirs into that of the clone, as
// the user of an HTTP address too; that of SSH has a user who is no secret.
func hasPassword(address string) bool {
	_, rest, isURL := strings.Cut(address, "://")
	if !isURL {
		return false
	}
	authority, _, _ := strings.Cut(rest, "/")
	if !strings.Contains(authority, "@") {
		return false
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return true
	}
	_, hasPassword := parsed.User.Password()
	return hasPassword || !strings.HasSuffix(parsed.Scheme, "ssh")
}

// newArtifact has the files in one layer. The same files and origin make the same artifact.
func newArtifact(files map[string][]byte, about origin) (v1.Image, error) {
	created, err := time.Parse(time.RFC3339, about.created)
	if err != nil {
		return nil, err
	}
	content, err := archive(files)
	if err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	layer, err := tarball.LayerFromOpener(open, tarball.WithMediaType(contentType), tarball.WithCompressedCaching)
	if err != nil {
		return nil, err
	}
	image, err := mutate.CreatedAt(mutate.MediaType(empty.Image, types.OCIManifestSchema1), v1.Time{Time: created})
	if err != nil {
		return nil, err
	}
	if image, err = mutate.AppendLayers(image, layer); err != nil {
		return nil, err
	}
	// Last, because the library leaves a configuration of a type that it does not know as it is.
	annotated, ok := mutate.Annotations(mutate.ConfigMediaType(image, configType), map[string]string{
		createdAnnotation: about.created, sourceAnnotation: about.source, revisionAnnotation: about.revision,
	}).(v1.Image)
	if !ok {
		return nil, errors.New("an image with annotations must be an image")
	}
	return annotated, nil
}

// archive is the files as a tar archive: sorted, of nobody in particular and of no time.
func archive(files map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	to := tar.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(files[name]))}
		if err := to.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := to.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := to.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
