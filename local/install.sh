#!/bin/sh
# sh local/install.sh local|development: make .venv and install the locked packages, when the lock has changed.
set -eu
cd "$(dirname "$0")/.."

# Two commands in one checkout would install over each other.
if [ -z "${CASEWORK_INSTALLING-}" ] && command -v flock >/dev/null; then
    CASEWORK_INSTALLING=1 exec flock local/install.sh sh local/install.sh "$1"
fi

lock="requirements/$1.txt"
stamp=".venv/installed-$1"
wanted="$(cksum <"$lock")"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

python=""
for name in ${PYTHON-} python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python="$name"
        break
    fi
done
if [ -z "$python" ]; then
    echo "Casework needs Python 3.11 or newer, and found none; install it (Debian 12 or newer: apt-get install python3 python3-venv)." >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "Casework needs Python's venv module, which $python lacks; install it (Debian: apt-get install python3-venv)." >&2
    exit 1
fi

# The database server runs as a user of its own when we are root, and must be able to execute what is installed.
umask 022
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "creating .venv"
    "$python" -m venv --clear .venv
fi
rm -f "$stamp"
echo "installing $lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock"
echo "$wanted" >"$stamp"
# What tests need contains what a run needs, at the same versions: tests/local/test_lock.py.
if [ "$1" = development ]; then
    cksum <requirements/local.txt >.venv/installed-local
fi
