"""`alerttui completion`: scripts by which bash, zsh and fish complete commands, names and alert ids."""

from __future__ import annotations

from typing import Final

import click

from alerttui.cli.options import global_options
from alerttui.cli.output import put_bytes

BASH: Final = """\
# Completion of alerttui in bash. In ~/.bashrc:  eval "$(alerttui completion bash)"

_alerttui_complete() {
    local IFS=$'\\n' word before="" kind value prefix="" words=() last=-1 i
    COMPREPLY=()
    # bash breaks words at : and =, which ids and options may contain: put them together again
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((last > 0)) && [[ $word =~ ^[:=]+$ || $before =~ ^[:=]+$ ]]; then
            words[last]+=$word
        else
            words[++last]=$word
        fi
        before=$word
    done
    word=${words[last]}
    if [[ $COMP_WORDBREAKS == *:* && $word == *:* ]]; then
        prefix=${word%"${word##*:}"}
        [[ $prefix == -*=* ]] && prefix=${prefix#*=}
    fi
    while IFS=, read -r kind value; do
        case $kind in
            plain)
                printf -v value %q "${value#"$prefix"}"
                COMPREPLY+=("$value")
                ;;
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
        esac
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$last _ALERTTUI_COMPLETE=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F _alerttui_complete alerttui 2>/dev/null ||
    complete -F _alerttui_complete alerttui
"""

ZSH: Final = """\
#compdef alerttui
# Completion of alerttui in zsh. In ~/.zshrc, after compinit:  eval "$(alerttui completion zsh)"

_alerttui_complete() {
    local kind value about
    local -a answer plain told
    answer=("${(@f)$(COMP_WORDS="${(pj:\\n:)words}" COMP_CWORD=$((CURRENT - 1)) \\
        _ALERTTUI_COMPLETE=zsh_complete ${words[1]} 2>/dev/null)}")
    # of --option=value, the value is completed
    [[ ${words[CURRENT]} == --*=* ]] && compset -P '*='
    for kind value about in "${answer[@]}"; do
        case $kind in
            plain)
                if [[ $about == _ ]]; then
                    plain+=("$value")
                else
                    told+=("$value:$about")
                fi
                ;;
            dir) _path_files -/ ;;
            file) _path_files -f ;;
        esac
    done
    (( $#told )) && _describe -V alerttui told
    (( $#plain )) && compadd -V alerttui -a plain
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _alerttui_complete "$@"
else
    compdef _alerttui_complete alerttui
fi
"""

FISH: Final = """\
# Completion of alerttui in fish:  alerttui completion fish > ~/.config/fish/completions/alerttui.fish

function __alerttui_complete
    set -l answer (env _ALERTTUI_COMPLETE=fish_complete COMP_WORDS=(commandline -cp) \\
        COMP_CWORD=(commandline -ct) alerttui 2>/dev/null)
    # of --option=value, the value is completed
    set -l option (string match -r -- '^--[^=]+=' (commandline -ct))
    for line in $answer
        set -l parts (string split -m 1 , -- $line)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo "$option$parts[2]"
        end
    end
end

complete --no-files --keep-order --command alerttui --arguments "(__alerttui_complete)"
"""

SCRIPTS: Final = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@click.command(name="completion")
@click.argument("shell", type=click.Choice(list(SCRIPTS)))
@global_options(filters=False)
def command(shell: str) -> None:
    """Print a script by which your shell completes commands, options, profiles, views and alert ids.

    \b
    bash   eval "$(alerttui completion bash)"      in ~/.bashrc
    zsh    eval "$(alerttui completion zsh)"       in ~/.zshrc, after compinit
    fish   alerttui completion fish > ~/.config/fish/completions/alerttui.fish
    """
    put_bytes(SCRIPTS[shell].encode())
