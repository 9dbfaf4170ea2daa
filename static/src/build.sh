#!/bin/sh
# Builds static/css, static/fonts and the vendored htmx from static/src. Needs Node; running Vakaa never does.
# The result is committed, so this is for whoever changes the look. Works in var/assets, which git does not see.
set -eu

src=$(cd "$(dirname "$0")" && pwd)
static=$(dirname "$src")
work=${VAKAA_ASSETS_WORK:-$(dirname "$static")/var/assets}

mkdir -p "$work" "$static/css" "$static/fonts" "$static/js"
if ! cmp -s "$src/package-lock.json" "$work/installed-lock.json"; then
  cp "$src/package.json" "$src/package-lock.json" "$work/"
  (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp "$src/package-lock.json" "$work/installed-lock.json"
fi
packages=$work/node_modules

# The digest of the sources stands in the result: a test compares them, so that neither is committed without the other.
digest=$(cd "$src" && { cat package.json; find scss -name '*.scss' | LC_ALL=C sort | xargs cat; } | sha256sum | cut -c1-16)
{
  printf '/*! Vakaa, built from static/src (%s). Parts are of govuk-frontend, MIT: LICENSE-govuk-frontend.txt. */\n' "$digest"
  "$packages/.bin/sass" --no-source-map --no-charset --style=compressed --load-path="$packages" "$src/scss/vakaa.scss"
} > "$work/vakaa.css"
mv "$work/vakaa.css" "$static/css/vakaa.css"

for weight in 400 600; do
  for subset in latin latin-ext; do
    cp "$packages/@fontsource/source-sans-3/files/source-sans-3-$subset-$weight-normal.woff2" \
       "$static/fonts/source-sans-3-$subset-$weight.woff2"
  done
done
cp "$packages/@fontsource/source-sans-3/LICENSE" "$static/fonts/LICENSE-source-sans-3.txt"

{
  printf '/* htmx %s, unchanged. Zero-Clause BSD; see LICENSE-htmx.txt. */\n' \
    "$(node -p "require('$packages/htmx.org/package.json').version")"
  cat "$packages/htmx.org/dist/htmx.min.js"
} > "$static/js/htmx.min.js"
cp "$packages/htmx.org/LICENSE" "$static/js/LICENSE-htmx.txt"
cp "$src/LICENSE-govuk-frontend.txt" "$static/css/"

chmod 644 "$static"/fonts/* "$static"/js/* "$static"/css/*
