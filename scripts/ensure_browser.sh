#!/usr/bin/env bash
# Makes sure that a Chromium and Chinese fonts are there for the browser tests; says what to do where it can not.
set -euo pipefail
have() { command -v "$1" >/dev/null 2>&1; }
if have chromium && fc-list 2>/dev/null | grep -qi 'noto.*cjk'; then exit 0; fi
if have apt-get && [ "$(id -u)" = 0 ]; then
  echo "installing chromium and fonts-noto-cjk"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null
  exit 0
fi
echo "The browser tests need Chromium and Chinese fonts. On Debian: sudo apt-get install chromium fonts-noto-cjk" >&2
exit 1
