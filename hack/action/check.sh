#!/usr/bin/env bash
# Runs "cloison check": the second step of action.yml. It reads what a runner of GitHub Actions sets (GITHUB_OUTPUT,
# GITHUB_STEP_SUMMARY, RUNNER_TEMP) and the inputs INPUT_PATHS, INPUT_FAIL_ON and INPUT_ARGS. It ends with 0 whatever
# was found: the exit code is an output, by which the last step of the action ends. Bash 3.2, that of macOS, is enough.
set -euo pipefail

# The folder is new, so that no report of an earlier run is in it.
reports=$(mktemp -d "$RUNNER_TEMP/cloison-reports.XXXXXX")
set -- --fail-on="$INPUT_FAIL_ON" --write=sarif="$reports/cloison.sarif" --write=markdown="$reports/summary.md" \
  --write=dotenv="$reports/numbers"
while IFS= read -r line; do
  [ -z "$line" ] || set -- "$@" "$line"
done <<<"$INPUT_ARGS"
set -- "$@" --
paths=$#
while IFS= read -r line; do
  [ -z "$line" ] || set -- "$@" "$line"
done <<<"$INPUT_PATHS"
if [ $# -eq "$paths" ]; then # cloison would read standard input
  echo '::error title=cloison::paths must name a file or a folder, a path a line'
  echo exit-code=2 >>"$GITHUB_OUTPUT"
  exit
fi

# The report repeats names of files and objects, and the runner takes a line that begins with "::" for a command. It
# takes none until it reads the token, which cannot be guessed.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
code=0
cloison check "$@" || code=$?
printf '\n::%s::\n' "$token"

if [ ! -f "$reports/cloison.sarif" ] && [ "$code" -lt 2 ]; then
  echo '::error title=cloison::the program ended as if it had checked something, and wrote no report: it is not cloison'
  code=3
fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
if [ -f "$reports/cloison.sarif" ]; then
  echo "sarif=$reports/cloison.sarif" >>"$GITHUB_OUTPUT"
  cat "$reports/numbers" >>"$GITHUB_OUTPUT"
  cat "$reports/summary.md" >>"$GITHUB_STEP_SUMMARY"
else
  echo "### Cloison: nothing could be checked (exit code $code); the log says why" >>"$GITHUB_STEP_SUMMARY"
fi
