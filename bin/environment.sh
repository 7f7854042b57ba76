# Read by the other scripts here, in the project's root directory: makes .venv with exactly the locked packages.

# The processes of one start import the same modules: compiled once and kept, they start several times faster.
unset PYTHONDONTWRITEBYTECODE

# The first Python on PATH that is new enough.
find_python() {
    for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    echo "Python 3.11 or newer is needed and was not found. On Debian: apt install python3 python3-venv" >&2
    return 1
}

make_venv() {
    if .venv/bin/python -c '' 2>/dev/null; then
        return
    fi
    python=$(find_python) || exit 1
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "Python's module venv is not complete. On Debian: apt install python3-venv" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

# install FILE: the packages locked in FILE, by uv where it can be had (ten times faster), else by pip.
install() {
    if [ ! -x .venv/bin/uv ]; then
        .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-uv.txt ||
            echo "The fast installer uv can't be had; installing with pip." >&2
    fi
    echo "Installing the packages of $1"
    # uv does not know pip's variable for an index of one's own.
    if [ -n "${PIP_INDEX_URL:-}" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then
        export UV_DEFAULT_INDEX="$PIP_INDEX_URL"
    fi
    if [ -x .venv/bin/uv ] && .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$1"; then
        return
    fi
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1" && return
    echo "The packages of $1 could not be installed: see the lines above. Is the package index reachable?" >&2
    return 1
}

# have_environment FILE...: a .venv in which each requirements file is installed; quick when it already is.
have_environment() {
    if [ ! -w . ] && [ ! -d .venv ]; then
        echo "$(id -un) can't write to $(pwd), where .venv and var are kept." >&2
        exit 1
    fi
    if has_all "$@"; then
        return
    fi
    # Two starts at once: the second waits, then finds everything there.
    exec 9>.venv.lock
    flock 9
    make_venv
    for file; do
        if ! has_all "$file"; then
            install "$file" || exit 1
            sha256sum "$file" >".venv/installed-$file"
        fi
    done
    exec 9>&-
}

# has_all FILE...: whether .venv works and holds what each file locks.
has_all() {
    .venv/bin/python -c '' 2>/dev/null || return 1
    for file; do
        [ "$(cat ".venv/installed-$file" 2>/dev/null)" = "$(sha256sum "$file")" ] || return 1
    done
}
