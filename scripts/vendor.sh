#!/bin/sh
# For maintainers: fetch the front end's sources with npm, build what Tongban uses, and write licences and checksums beside it.
# Nothing of this runs at installation or at run time; the results are kept in the repository.
# Usage: scripts/vendor.sh            (versions are named here and nowhere else)
set -eu
GOVUK=6.6.0
HTMX=4.0.1
SASS=1.108.2
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/src/tongban/look/static/look/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for package in "govuk-frontend@$GOVUK" "htmx.org@$HTMX"; do
  npm pack --silent "$package" >/dev/null
done
mkdir govuk htmx
tar xzf govuk-frontend-*.tgz -C govuk --strip-components=1
tar xzf htmx.org-*.tgz -C htmx --strip-components=1
npm install --silent --no-save --no-package-lock --prefix "$work/sass" "sass@$SASS" >/dev/null

"$work/sass/node_modules/.bin/sass" --style=compressed --no-source-map --no-charset --quiet-deps --load-path=govuk/dist "$root/vendor/govuk.scss" built.css

# Red is the seal's alone and green says done: what upstream fixes in its buttons and tags becomes amber, ink or blue.
# One custom property instead of 82 copies of the font stack; the two marked line heights become properties that desk and elder mode set.
stack='"PingFang SC","HarmonyOS Sans SC","MiSans","Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","WenQuanYi Micro Hei",system-ui,sans-serif'
mkdir -p "$out"
{
  printf '/*! govuk-frontend %s, MIT (govuk-frontend.LICENSE.txt); parts of it, re-themed: vendor/govuk.scss. */\n' "$GOVUK"
  sed -e "s/font-family:$stack/font-family:var(--font)/g" -e 's/line-height:1\.7531/line-height:var(--line)/g' \
    -e 's/line-height:1\.4532/line-height:var(--line-head)/g' \
    -e 's/#ca3535/#8a5200/g; s/#982828/#1b2430/g; s/#651b1b/#1b2430/g; s/#f4d7d7/#fbf2e2/g; s/#0f7a52/#1f3a5f/g' built.css
} >"$out/govuk.css"
if grep -qE 'GDS Transport|url\(|@font-face|crest' "$out/govuk.css"; then
  echo 'govuk.css still names a font, an image or a crest' >&2
  exit 1
fi

{ printf '/*! htmx %s, 0BSD (htmx.LICENSE.txt) */\n' "$HTMX"; grep -v '^//# sourceMappingURL' htmx/dist/htmx.min.js; } >"$out/htmx.js"
cp htmx/LICENSE "$out/htmx.LICENSE.txt"
test -f "$out/govuk-frontend.LICENSE.txt" || { echo "add the MIT licence of govuk-frontend to $out" >&2; exit 1; }

cd "$out"
sha256sum govuk.css govuk-frontend.LICENSE.txt htmx.js htmx.LICENSE.txt >MANIFEST.sha256
cat MANIFEST.sha256
