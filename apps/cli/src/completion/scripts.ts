/** The word after `argon` with which these scripts ask. */
export const COMPLETE = '__complete';

/** Shells that can be told how to complete. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

const BASH = `# bash completion for argon. In ~/.bashrc: source <(argon completion bash)
_argon() {
  local kind value description quoted current="\${COMP_WORDS[COMP_CWORD]}"
  [[ $current == '=' ]] && current=''
  COMPREPLY=()
  {
    read -r kind
    while IFS=$'\\t' read -r value description; do
      printf -v quoted %q "$value"
      COMPREPLY+=("$quoted")
    done
  } < <("\${COMP_WORDS[0]}" ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ $kind == files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r value; do
      COMPREPLY+=("$value")
    done < <(compgen -f -- "$current")
  fi
}
complete -F _argon argon
`;

const ZSH = `#compdef argon
# zsh completion for argon. In ~/.zshrc, after compinit: source <(argon completion zsh)
_argon() {
  local line value
  local -a lines candidates
  lines=("\${(@f)$("\${words[1]}" ${COMPLETE} "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${lines[1]}" == files ]]; then
    _files
    return
  fi
  for line in "\${(@)lines[2,-1]}"; do
    [[ -n "$line" ]] || continue
    value="\${line%%$'\\t'*}"
    candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe argon candidates
}
if [[ "\${funcstack[1]}" == _argon ]]; then
  _argon "$@"
else
  compdef _argon argon
fi
`;

const FISH = `# fish completion for argon. Once: argon completion fish > ~/.config/fish/completions/argon.fish
function __argon_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] ${COMPLETE} $words[2..-1] "$current" 2>/dev/null)
    if test "$lines[1]" = files
        __fish_complete_path "$current"
    else if test (count $lines) -gt 1
        printf '%s\\n' $lines[2..-1]
    end
end
complete -c argon -f -a '(__argon_complete)'
`;

/** What a shell reads to complete `argon`; it asks the program itself at every Tab. */
export function completionScript(shell: Shell): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}
