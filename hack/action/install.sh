#!/usr/bin/env bash
# Puts cloison on the PATH of the following steps: the first step of action.yml. It reads what a runner of GitHub
# Actions sets (GITHUB_ACTION_PATH, GITHUB_PATH, RUNNER_TEMP, RUNNER_OS, RUNNER_ARCH) and the inputs INPUT_PROGRAM,
# INPUT_VERSION, INPUT_SHA256 and INPUT_DOWNLOAD_URL. Bash 3.2, which macOS has, is enough.
set -euo pipefail

# fail MESSAGE: ends the step with an annotation. Line breaks are escaped, so that no part of the message is taken for a
# command to the runner.
fail() {
  local message=$1
  message=${message//'%'/%25}
  message=${message//$'\r'/%0D}
  message=${message//$'\n'/%0A}
  printf '::error title=cloison::%s\n' "$message"
  exit 1
}

# use DIR: prints the version of the cloison in the folder, and puts the folder on the PATH of the following steps.
use() {
  "$1/cloison" version || fail "the program in $1 does not run on this machine"
  printf '%s\n' "$1" >>"$GITHUB_PATH"
}

from_path() {
  command -v cloison >/dev/null ||
    fail "program: path needs a cloison on the PATH, and there is none: a step before must install it"
  cloison version
}

from_source() {
  command -v go >/dev/null ||
    fail "program: source needs Go on the PATH, and there is none: use actions/setup-go in a step before"
  local bin
  bin=$(mktemp -d "$RUNNER_TEMP/cloison-bin.XXXXXX")
  CGO_ENABLED=0 go -C "$GITHUB_ACTION_PATH" build -trimpath -tags kustomize_disable_go_plugin_support \
    -o "$bin/cloison" ./cmd/cloison
  use "$bin"
}

# name_archive VERSION: sets name to that of the archive for the runner, without its extension.
name_archive() {
  local os arch
  case $RUNNER_OS in
    Linux) os=linux ;;
    macOS) os=darwin ;;
    *) fail "there is no archive that this action installs on $RUNNER_OS: install cloison in a step before, and use \
program: path" ;;
  esac
  case $RUNNER_ARCH in
    X64) arch=amd64 ;;
    ARM64) arch=arm64 ;;
    *) fail "there is no archive for the architecture $RUNNER_ARCH: use program: source" ;;
  esac
  name=cloison_$1_${os}_$arch
}

# download URL FILE
download() {
  curl --fail --silent --show-error --location --proto '=https' --retry 3 --max-time 300 --output "$2" -- "$1" ||
    fail "cannot download $1: correct version or download-url"
}

# checksum FILE: prints the SHA-256 checksum.
checksum() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1"
  else
    shasum -a 256 <"$1"
  fi | cut -d' ' -f1
}

# listed_checksum LIST NAME: prints the checksum of a file in the list of a release; nothing where it is not listed.
listed_checksum() {
  awk -v name="$2" '$2 == name || $2 == "*" name { print $1; exit }' "$1"
}

otherwise="Or use program: path, for a cloison that a step before put on the PATH, or program: source, to build it \
from this action's checkout with Go."

from_release() {
  local version=${INPUT_VERSION#v} base=$INPUT_DOWNLOAD_URL PROJECT_DOWNLOADS=""
  if [ -z "$base" ]; then
    # shellcheck source=project.env
    . "$GITHUB_ACTION_PATH/project.env"
    base=$PROJECT_DOWNLOADS
  fi
  [ -n "$base" ] || fail "download-url must say where releases are downloaded from, because this copy of the action \
has no address of its own. $otherwise"
  [[ $base =~ ^https:// ]] || fail "download-url \"$base\" must begin with https://"
  [ -n "$version" ] || fail "version must say which release is installed, such as version: 0.1.0. $otherwise"
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] ||
    fail "version \"$INPUT_VERSION\" must be that of a release, such as 0.1.0"
  [[ -z $INPUT_SHA256 || $INPUT_SHA256 =~ ^[0-9a-f]{64}$ ]] ||
    fail "sha256 \"$INPUT_SHA256\" must be 64 hexadecimal digits, in lower case"
  install_release "v$version" "${base%/}/v$version"
}

# install_release VERSION URL: the folder of the release is URL.
install_release() {
  local name archive bin files want=$INPUT_SHA256 got
  name_archive "$1"
  archive=$name.tar.gz
  files=$(mktemp -d "$RUNNER_TEMP/cloison-download.XXXXXX")
  download "$2/$archive" "$files/$archive"
  if [ -z "$want" ]; then
    download "$2/SHA256SUMS" "$files/SHA256SUMS"
    want=$(listed_checksum "$files/SHA256SUMS" "$archive")
    [[ $want =~ ^[0-9a-f]{64}$ ]] || fail "$2/SHA256SUMS lists no checksum of $archive"
  fi
  got=$(checksum "$files/$archive")
  [ "$got" = "$want" ] || fail "$2/$archive has the checksum $got, and must have $want: it is not what was released, \
and was not unpacked"
  bin=$(mktemp -d "$RUNNER_TEMP/cloison-bin.XXXXXX")
  tar -xzf "$files/$archive" -C "$bin" --strip-components 1 "$name/cloison" ||
    fail "$2/$archive holds no program cloison"
  rm -rf "$files"
  use "$bin"
}

case $INPUT_PROGRAM in
  path) from_path ;;
  source) from_source ;;
  release) from_release ;;
  *) fail "program \"$INPUT_PROGRAM\" must be release, path or source" ;;
esac
