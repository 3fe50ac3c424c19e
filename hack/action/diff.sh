#!/usr/bin/env bash
# Runs "cloison diff": a step of action.yml. It reads what a runner of GitHub Actions sets (GITHUB_OUTPUT,
# GITHUB_STEP_SUMMARY, RUNNER_TEMP and, for a comment, GITHUB_REF and GITHUB_REPOSITORY) and the inputs INPUT_DIFF_BASE,
# INPUT_DIFF_PATH, INPUT_DIFF_FAIL_ON and INPUT_COMMENT_TOKEN. It ends with 0 whatever was found, as check.sh does.
set -euo pipefail

reports=$(mktemp -d "$RUNNER_TEMP/cloison-diff.XXXXXX")
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
code=0
cloison diff -o markdown --fail-on="$INPUT_DIFF_FAIL_ON" -- "$INPUT_DIFF_BASE:$INPUT_DIFF_PATH" "$INPUT_DIFF_PATH" \
  >"$reports/diff.md" || code=$?
cat "$reports/diff.md"
printf '\n::%s::\n' "$token"
echo "diff-exit-code=$code" >>"$GITHUB_OUTPUT"
if [ ! -s "$reports/diff.md" ]; then
  [ "$code" -ge 2 ] || code=3
  echo "diff-exit-code=$code" >>"$GITHUB_OUTPUT"
  echo "### Cloison: what changes could not be said (exit code $code); the log says why" >>"$GITHUB_STEP_SUMMARY"
  exit
fi
cat "$reports/diff.md" >>"$GITHUB_STEP_SUMMARY"

[ -n "$INPUT_COMMENT_TOKEN" ] || exit 0
number=${GITHUB_REF#refs/pull/}
number=${number%%/*}
case $number in
'' | *[!0-9]*)
  echo '::warning title=cloison::no comment was written: the job does not run for a pull request'
  exit
  ;;
esac
# The comment of an earlier run is written anew. Its first line is how it is found, among those of the token's own user:
# anybody can write a comment that begins so, and who wrote it may change it.
marker='<!-- cloison diff -->'
{ echo "$marker" && cat "$reports/diff.md"; } >"$reports/comment.md"
export GH_TOKEN="$INPUT_COMMENT_TOKEN"
comments="repos/$GITHUB_REPOSITORY/issues/$number/comments"
if ! user=$(gh api graphql -f query='{viewer{databaseId}}' --jq .data.viewer.databaseId); then
  echo '::warning title=cloison::no comment was written: GitHub does not say whose token it is'
  exit
fi
mine=".[] | select(.user.id == ${user:-null} and (.body | startswith(\"$marker\"))) | .id"
if ! known=$(gh api --paginate "$comments" --jq "$mine"); then
  echo '::warning title=cloison::no comment was written: its token may not read the comments of the pull request'
  exit
fi
known=$(printf '%s\n' "$known" | head -n 1)
if [ -n "$known" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" -F "body=@$reports/comment.md" >/dev/null ||
    echo '::warning title=cloison::the comment could not be written: its token needs the permission pull-requests: write'
else
  gh api --method POST "$comments" -F "body=@$reports/comment.md" >/dev/null ||
    echo '::warning title=cloison::the comment could not be written: its token needs the permission pull-requests: write'
fi
