package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/validators/pods/sandbox"
)

func TestDangersOfFolders(t *testing.T) {
	const harmless, unknown, takesOver = sandbox.Harmless, sandbox.Unknown, sandbox.TakesOver
	for folder, want := range map[string]struct{ read, write sandbox.Danger }{
		"/":                            {takesOver, takesOver},
		"/var":                         {takesOver, takesOver},
		"/var/lib/kubelet/pods/":       {takesOver, takesOver},
		"/var/run/docker.sock":         {takesOver, takesOver},
		"/run/systemd":                 {takesOver, takesOver},
		"/proc":                        {takesOver, takesOver},
		"/data/docker":                 {takesOver, takesOver},
		"/mnt/../etc":                  {takesOver, takesOver},
		"/etc/cron.daily":              {unknown, takesOver},
		"/etc/sudoers.d":               {unknown, takesOver},
		"/var/spool/cron":              {unknown, takesOver},
		"/usr/local/bin":               {harmless, takesOver},
		"/lib/modules":                 {harmless, takesOver},
		"/sys":                         {harmless, takesOver},
		"/var/log":                     {harmless, takesOver},
		"/var/log/pods":                {harmless, takesOver},
		"/var/log/app":                 {harmless, harmless},
		"/etc/resolv.conf":             {harmless, takesOver},
		"/etc/localtime":               {harmless, harmless},
		"/usr/share/zoneinfo":          {harmless, harmless},
		"/var/lib/scratch":             {unknown, unknown},
		"/opt/app":                     {unknown, unknown},
		"/tmp":                         {unknown, unknown},
		"/opt/local-path-provisioner":  {harmless, harmless},
		"/mnt/disks/ssd1":              {harmless, harmless},
		"/data":                        {harmless, harmless},
		"/dev/dri":                     {harmless, harmless},
		"/dev/net/tun":                 {harmless, harmless},
		"/dev":                         {unknown, takesOver},
		"/dev/sda":                     {unknown, unknown},
		"/run/xtables.lock":            {harmless, harmless},
		"/run/udev":                    {harmless, takesOver},
		"/var/lib/rancher/k3s/storage": {takesOver, takesOver},
	} {
		assert.Equal(t, want.read, sandbox.DangerOf(folder, true), "%s, to read", folder)
		assert.Equal(t, want.write, sandbox.DangerOf(folder, false), "%s, to write", folder)
	}
}

func TestWhatIsMountedCounts(t *testing.T) {
	spec := func(mounts ...corev1.VolumeMount) *corev1.PodSpec {
		return &corev1.PodSpec{Containers: []corev1.Container{{VolumeMounts: mounts}}}
	}
	for name, test := range map[string]struct {
		spec     *corev1.PodSpec
		readOnly bool
		want     sandbox.Danger
		mounted  bool
	}{
		"by nobody":       {spec(corev1.VolumeMount{Name: "other"}), false, sandbox.Harmless, false},
		"the whole":       {spec(corev1.VolumeMount{Name: "v"}), false, sandbox.TakesOver, true},
		"to read":         {spec(corev1.VolumeMount{Name: "v", ReadOnly: true}), false, sandbox.Harmless, true},
		"a volume for it": {spec(corev1.VolumeMount{Name: "v"}), true, sandbox.Harmless, true},
		"a part":          {spec(corev1.VolumeMount{Name: "v", SubPath: "share/zoneinfo"}), false, sandbox.Harmless, true},
		"twice": {spec(corev1.VolumeMount{Name: "v", ReadOnly: true}, corev1.VolumeMount{Name: "v"}), false,
			sandbox.TakesOver, true},
	} {
		danger, mounted := sandbox.Mounted(test.spec, "v", "/usr", test.readOnly)
		assert.Equal(t, test.want, danger, name)
		assert.Equal(t, test.mounted, mounted, name)
	}
}
