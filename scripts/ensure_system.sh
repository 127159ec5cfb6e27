#!/usr/bin/env bash
# Makes sure that what tests need of the system is there: `ensure_system.sh font` (Chinese fonts, for PDF reports and the
# browser) or `ensure_system.sh font chromium`. Says what to do where it can not install it.
set -euo pipefail
has() {
  case "$1" in
    font) fc-list 2>/dev/null | grep -i 'noto.*cjk' >/dev/null ;; # no -q: it would end the pipe early, which pipefail takes for a failure
    chromium) command -v chromium >/dev/null 2>&1 ;;
    *) echo "ensure_system.sh knows font and chromium, not $1" >&2; exit 2 ;;
  esac
}
packages=()
for wanted in "$@"; do
  has "$wanted" && continue
  case "$wanted" in font) packages+=(fonts-noto-cjk fontconfig) ;; chromium) packages+=(chromium) ;; esac
done
if [ ${#packages[@]} = 0 ]; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  exit 0
fi
echo "These tests need ${packages[*]}. On Debian: sudo apt-get install ${packages[*]}" >&2
exit 1
