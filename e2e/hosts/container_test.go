package hosts

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// image is the function's image of these tests. Its name has a host, because kpt
// takes a name without a slash for one of gcr.io/kpt-fn.
const image = "localhost/cloison:e2e-hosts"

var docker = host{program: "docker"}

// buildImage builds the image as users do, or skips the test where it cannot run.
func buildImage(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath(docker.program); err != nil {
		t.Skip("NOT RUN: docker is not on the PATH, and cannot be built here")
	}
	if answer := docker.run(t, "info", "--format", "{{.ServerVersion}}"); answer.exitCode != 0 {
		t.Skipf("NOT RUN: no Docker daemon answers: %s", answer.stderr)
	}
	host{program: "make", args: []string{"-C", root}}.succeed(t, "image", "IMAGE="+image)
}

func TestContainerDoesWhatTheProgramDoes(t *testing.T) {
	buildImage(t)
	defer docker.run(t, "rmi", image)
	const inContainer = `config.kubernetes.io/function: "container: {image: ` + image + `}"`

	t.Run("in kustomize, without --enable-exec", func(t *testing.T) {
		containers := host{program: "kustomize", args: []string{"build", "--enable-alpha-plugins"}}
		want := kustomize.succeed(t, folder(t, transformed()))
		got := containers.succeed(t, folder(t, transformed().with(files{"segregation.yaml": shop(inContainer)})))
		require.Equal(t, want, got)

		containers.refuse(t, mistakes,
			folder(t, transformed().with(files{"segregation.yaml": threeMistakes(inContainer)})))
	})
	t.Run("in kpt", func(t *testing.T) {
		pipeline := files{"Kptfile": kptfile("  mutators:\n    - image: " + image + "\n")}
		render := host{program: "kpt", args: []string{"fn", "render", "--image-pull-policy", "Never"}}
		dir := folder(t, kptPackage().with(pipeline))
		render.succeed(t, dir)
		requireFiles(t, read(t, rendered(t, kptPackage())).with(pipeline), read(t, dir))

		write(t, dir, files{"segregation.yaml": threeMistakes(localConfig)})
		render.refuse(t, mistakes, dir)
	})
}
