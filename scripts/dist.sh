#!/usr/bin/env bash
# dist/: the built page as static files, for any web server and any sub-path (the page's links are relative).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Copied elsewhere and then renamed: a killed copy must not look like a whole one.
mkdir -p target
rm -rf target/dist
cp -R www/dist target/dist
rm -rf dist
mv target/dist dist
echo "dist/: $(find dist -type f | wc -l | tr -d ' ') files, $(du -sk dist | cut -f1) KB"
