// Command push pushes the images of a release to their repository, as they were released: the manifests and the
// programs of the release name them by digest. Credentials are those of "docker login".
//
// Run it after "make release": go -C tools/images run ./push -release ../../dist/release
package main

import (
	"archive/tar"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

func main() {
	folder := flag.String("release", "dist/release", "`folder` that \"make release\" wrote")
	flag.Parse()
	if err := push(*folder, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "push:", err)
		os.Exit(1)
	}
}

// image is one of the release, in a repository.
type image struct {
	digest name.Digest
	tag    name.Tag
	index  v1.ImageIndex
}

// push pushes all images, or none where one of them is not as it was released, or where a tag is another image already.
func push(folder string, stdout io.Writer) (err error) {
	listed, version, err := list(folder)
	if err != nil {
		return err
	}
	layouts, err := os.MkdirTemp("", "cloison-push-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(layouts)) }()
	var images []image
	for _, reference := range listed {
		one, err := read(folder, layouts, reference, version)
		if err == nil {
			err = checkTag(one)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", reference, err)
		}
		images = append(images, one)
	}
	for _, one := range images {
		// By its digest first, which the registry compares with what it is given.
		if err := remote.WriteIndex(one.digest, one.index, withCredentials()); err != nil {
			return fmt.Errorf("push %s: %w", one.digest, err)
		}
		if err := remote.Tag(one.tag, one.index, withCredentials()); err != nil {
			return fmt.Errorf("tag %s: %w", one.tag, err)
		}
		fmt.Fprintln(stdout, one.digest)
	}
	return nil
}

func withCredentials() remote.Option { return remote.WithAuthFromKeychain(authn.DefaultKeychain) }

// list reads the references of the images, REPOSITORY/PROGRAM@DIGEST, and the version, which is in the list's name.
func list(folder string) (references []string, version string, err error) {
	found, err := filepath.Glob(filepath.Join(folder, "cloison_*_images.txt"))
	if err != nil {
		return nil, "", err
	}
	if len(found) != 1 {
		return nil, "", fmt.Errorf("%q must have one list cloison_VERSION_images.txt, and has %d: run make release",
			folder, len(found))
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		return nil, "", err
	}
	version = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), "cloison_"), "_images.txt")
	references = strings.Fields(string(text))
	for _, reference := range references {
		if !strings.Contains(reference, "/") {
			return nil, "", fmt.Errorf("%q is in no repository: set PROJECT_IMAGES in project.env, and run make release "+
				"again", reference)
		}
	}
	return references, version, nil
}

// read reads an image from its layout, which is unpacked below a folder.
func read(folder, layouts, reference, version string) (image, error) {
	digest, err := name.NewDigest(reference, name.StrictValidation)
	if err != nil {
		return image{}, err
	}
	program := path.Base(digest.RepositoryStr())
	at := filepath.Join(layouts, program)
	if err := unpack(filepath.Join(folder, program+"_"+version+"_oci.tar"), at); err != nil {
		return image{}, err
	}
	written, err := layout.ImageIndexFromPath(at)
	if err != nil {
		return image{}, err
	}
	want, err := v1.NewHash(digest.DigestStr())
	if err != nil {
		return image{}, err
	}
	index, err := written.ImageIndex(want)
	if err != nil {
		return image{}, fmt.Errorf("the layout does not hold it: %w", err)
	}
	return image{digest: digest, tag: digest.Tag(version), index: index}, nil
}

// unpack unpacks an archive into a new folder.
func unpack(archive, folder string) (err error) {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for entries := tar.NewReader(file); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(entries)
		if err != nil {
			return err
		}
		if err := root.MkdirAll(path.Dir(header.Name), 0o700); err != nil {
			return err
		}
		if err := root.WriteFile(header.Name, content, fs.FileMode(0o600)); err != nil {
			return err
		}
	}
}

// checkTag refuses to move a tag to another image: what was released stays what it is.
func checkTag(one image) error {
	there, err := remote.Head(one.tag, withCredentials())
	var refused *transport.Error
	switch {
	case errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound:
		return nil
	case err != nil:
		return fmt.Errorf("look whether %s is there: %w", one.tag, err)
	case there.Digest.String() != one.digest.DigestStr():
		return fmt.Errorf("%s is there already, as %s: a release is never replaced, give it another version", one.tag,
			there.Digest)
	}
	return nil
}
