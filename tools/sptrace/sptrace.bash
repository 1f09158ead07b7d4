# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2207 # none of the words has a space in it
# Completion of sptrace(1) for bash: sub-commands, options, processes, scopes, system calls, and
# the command that is to be run. Needs nothing but bash; with the package bash-completion that
# command's own arguments are completed as well.

# What the help lists is taken from there: nothing is written down a second time.
_sptrace_commands() {
	"$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p'
}

_sptrace_options() {
	"$@" --help 2>/dev/null | sed -n 's/^ \{1,\}\(-., \)\{0,1\}\(--[a-z-]\{1,\}\).*/\2/p'
}

_sptrace_scopes() {
	"$1" scope --help 2>/dev/null | sed -n 's/^  \([0-9]\) \([a-z-]\{1,\}\) .*/\1 \2/p'
}

_sptrace_processes() {
	local path
	for path in /proc/[0-9]*; do
		echo "${path##*/}"
	done
}

# Of the C library's headers, where they are installed.
_sptrace_calls() {
	cat /usr/include/asm/unistd_64.h /usr/include/*-linux-gnu/asm/unistd_64.h 2>/dev/null |
		sed -n 's/^#define __NR_\([a-z0-9_]\{1,\}\)[[:space:]].*/\1/p' | sort -u
}

_sptrace_classes='%file %process %network %signal %ipc %desc %memory %creds %clock %stat %lstat %fstat
	%%stat %statfs %fstatfs %%statfs %pure'

# Completes the last of a list: [!]WORD,WORD…, of the words in $2.
_sptrace_complete_list() {
	local list=$1 done=''
	if [[ $list == *,* ]]; then
		done=${list%,*},
	elif [[ $list == '!'* ]]; then
		done='!'
	fi
	COMPREPLY=($(compgen -P "$done" -W "$2" -- "${list#"$done"}"))
	# More may follow.
	compopt -o nospace 2>/dev/null
}

_sptrace_complete_calls() { _sptrace_complete_list "$1" "$(_sptrace_calls) $_sptrace_classes"; }

_sptrace_signals() { kill -l | tr ' ' '\n' | sed -n 's/^[0-9]*)*\(SIG[A-Z0-9]*\).*/\1/p' | sort -u; }

# The index of the first word that is no option, nor the value of one, from index $1 on.
_sptrace_first_argument() {
	local index=$1
	while [ "$index" -lt "$COMP_CWORD" ]; do
		case ${COMP_WORDS[index]} in
		=) index=$((index + 1)) ;;
		-[eopPsSa] | -[cfjCtrTyizZ]*[eopPsSa] | --attach | --output | --pid | --trace | --trace-path | \
			--string-limit | --columns | --summary-sort-by | --color)
			# Bash makes three words of --pid=1.
			[ "${COMP_WORDS[index + 1]}" = = ] || index=$((index + 1))
			;;
		-*) ;;
		*) break ;;
		esac
		index=$((index + 1))
	done
	echo "$index"
}

# Completes the command that begins at index $1, which may be the word itself.
_sptrace_complete_command() {
	if [ "$1" = "$COMP_CWORD" ]; then
		COMPREPLY=($(compgen -c -- "$cur" | sort -u))
	elif declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset "$1"
	elif declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	else
		compopt -o default 2>/dev/null
	fi
}

# Completes the value of an option, $2, of sub-command $1; false when it takes none.
_sptrace_complete_value() {
	case $1:$2 in
	trace:-p | trace:-[cfjCtrTyizZ]*p | trace:--attach | scope:-p | scope:-jp | scope:--pid)
		COMPREPLY=($(compgen -W "$(_sptrace_processes)" -- "$cur"))
		;;
	trace:-e | trace:-[cfjCtrTyizZ]*e | trace:--trace) _sptrace_complete_calls "$cur" ;;
	trace:status) _sptrace_complete_list "$cur" 'successful failed unfinished detached all none' ;;
	trace:signal) _sptrace_complete_list "$cur" "$(_sptrace_signals)" ;;
	trace:-S | trace:-[cfjCtrTyizZ]*S | trace:--summary-sort-by)
		COMPREPLY=($(compgen -W 'time calls errors avg-time name nothing' -- "$cur"))
		;;
	trace:--color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")) ;;
	trace:-P | trace:-[cfjCtrTyizZ]*P | trace:--trace-path) compopt -o default 2>/dev/null ;;
	trace:-[sa] | trace:-[cfjCtrTyizZ]*[sa] | trace:--string-limit | trace:--columns) COMPREPLY=() ;;
	trace:-o | trace:-[cfjCtrTyizZ]*o | trace:--output) compopt -o default 2>/dev/null ;;
	*) return 1 ;;
	esac
	# Also where there is no process or system call like that.
	return 0
}

# Completes what is no option.
_sptrace_complete_argument() {
	local program=$1 command=$2 first words=''
	first=$(_sptrace_first_argument 2)
	case $command in
	trace | run)
		_sptrace_complete_command "$first"
		return
		;;
	allow)
		if [ "$first" != "$COMP_CWORD" ]; then
			_sptrace_complete_command "$(_sptrace_first_argument $((first + 1)))"
			return
		fi
		words="any none $(_sptrace_processes)"
		;;
	scope)
		if [[ $cur == -* ]]; then
			# Options may also follow what to set.
			words=$(_sptrace_options "$program" scope)
		elif [ "$first" = "$COMP_CWORD" ]; then
			words='get set'
		elif [ "${COMP_WORDS[first]}" = set ] &&
			[ "$(_sptrace_first_argument $((first + 1)))" = "$COMP_CWORD" ]; then
			words=$(_sptrace_scopes "$program")
		fi
		;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

_sptrace() {
	local program=$1 cur=$2 previous=$3 command=${COMP_WORDS[1]} before
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W "$(_sptrace_commands "$program") \
			$(_sptrace_options "$program")" -- "$cur"))
		return
	fi

	# --pid=1 and -e trace=read are three words, of which the second is the sign.
	before=$((COMP_CWORD - 2))
	if [ "$cur" = = ]; then
		cur=
	elif [ "$previous" = = ]; then
		previous=${COMP_WORDS[before]}
		before=$((before - 1))
	fi
	[ "$previous" != trace ] || case ${COMP_WORDS[before]} in
	-e | -[cfjCtrTyizZ]*e | --trace | =) previous=-e ;;
	esac

	if _sptrace_complete_value "$command" "$previous"; then
		return
	elif [[ $cur == -* && $(_sptrace_first_argument 2) == "$COMP_CWORD" ]]; then
		COMPREPLY=($(compgen -W "$(_sptrace_options "$program" "$command")" -- "$cur"))
	else
		_sptrace_complete_argument "$program" "$command"
	fi
}

complete -F _sptrace sptrace
