package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// builder builds programs and makes images of them.
type builder struct {
	// source is the root of the module.
	source        string
	architectures []string
	// version, revision, home and repository are empty where they are not known.
	version, revision, home, repository string
	// files is a folder whose files every image has, such as licences; may be empty.
	files string
	// runtimeImage is the runtime's, by digest; empty where it is in no repository.
	runtimeImage string
}

// The variables of the programs that have their version and the runtime's image.
const (
	versionVariable = "cloison.dev/cloison/internal/version.build"
	imageVariable   = "cloison.dev/cloison/internal/version.runtimeImage"
)

// build builds a program for every architecture.
func (b *builder) build(program string) ([]root, error) {
	built := make([]root, 0, len(b.architectures))
	more, err := filesOf(b.files)
	if err != nil {
		return nil, err
	}
	for _, architecture := range b.architectures {
		binary, err := b.compile(program, architecture)
		if err != nil {
			return nil, err
		}
		built = append(built, newRoot(architecture, program, binary, more))
	}
	return built, nil
}

func (b *builder) compile(program, architecture string) (binary []byte, err error) {
	folder, err := os.MkdirTemp("", "cloison-images-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	flags := "-s -w"
	if b.version != "" {
		flags += " -X " + versionVariable + "=" + b.version
	}
	if b.runtimeImage != "" {
		flags += " -X " + imageVariable + "=" + b.runtimeImage
	}
	target := filepath.Join(folder, program)
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags",
		"kustomize_disable_go_plugin_support",
		"-ldflags", flags, "-o", target, "./cmd/"+program)
	command.Dir = b.source
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture)
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build for %s: %w\n%s", architecture, err, output)
	}
	return os.ReadFile(target)
}

// noteDigest remembers the runtime's image, for the function to name.
func (b *builder) noteDigest(program, digest string) {
	if program == "cloison-sync" && b.repository != "" {
		b.runtimeImage = b.repository + "/" + program + "@" + digest
	}
}

// writeLayout replaces a folder by the OCI layout of an image of all architectures, and returns the digest by which
// registries know it.
func (b *builder) writeLayout(roots []root, program, folder string) (string, error) {
	index, err := b.index(roots, program)
	if err != nil {
		return "", err
	}
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	to, err := layout.Write(folder, empty.Index)
	if err != nil {
		return "", err
	}
	if err := to.AppendIndex(index, layout.WithAnnotations(b.names(program))); err != nil {
		return "", err
	}
	digest, err := index.Digest()
	return digest.String(), err
}

// names are the annotations by which tools that load a layout name its image; none for a version that is not known. They
// are beside the image, not in it.
func (b *builder) names(program string) map[string]string {
	if b.version == "" {
		return nil
	}
	repository := b.repository
	if repository == "" {
		repository = "localhost" // a name that no registry is asked for
	}
	return map[string]string{
		"org.opencontainers.image.ref.name": b.version,
		"io.containerd.image.name":          repository + "/" + program + ":" + b.version, // Docker's too
	}
}

func (b *builder) index(roots []root, program string) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, r := range roots {
		image, err := b.image(r, program)
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: "linux", Architecture: r.architecture},
		}})
	}
	return index, nil
}

// image is of one layer, without a time: the same root makes the same image.
func (b *builder) image(r root, program string) (v1.Image, error) {
	content, err := r.tar()
	if err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	layer, err := tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if image, err = mutate.AppendLayers(image, layer); err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", r.architecture
	config.Config = v1.Config{
		Entrypoint: []string{"/" + program}, User: "65534:65534", WorkingDir: "/", Labels: b.labels(program),
	}
	return mutate.ConfigFile(image, config)
}

// labels are those of the OCI image specification.
func (b *builder) labels(program string) map[string]string {
	const prefix = "org.opencontainers.image."
	labels := map[string]string{
		prefix + "title": program,
		prefix + "description": map[string]string{
			"cloison": "Walls the secrets of an application's components off from each other: KRM function and " +
				"command line",
			"cloison-sync": "Fills a component's Secrets from Scaleway Secret Manager, with that component's API key",
		}[program],
	}
	if b.version != "" {
		labels[prefix+"version"] = b.version
	}
	if b.revision != "" {
		labels[prefix+"revision"] = b.revision
	}
	if b.home != "" {
		labels[prefix+"source"] = b.home
	}
	return labels
}
