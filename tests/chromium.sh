#!/bin/sh
# Finds a Chromium for the browser tests; as root on Debian it installs one. Exit 0: there is one.
set -u

have() { [ -x /usr/bin/chromium ]; }

have && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's Chromium (about 150 MB with what it needs) for the browser tests."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-liberation
fi
have && exit 0
echo "There is no Chromium here for the browser tests: install the package chromium." >&2
exit 1
