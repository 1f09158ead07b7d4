// SPDX-License-Identifier: GPL-2.0
/* Which system calls to show: -e trace=NAMES and its like. */
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "names.h"
#include "output.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define SIGNALS 64

__attribute__((format(printf, 2, 3))) static int refuse(char **problem,
							const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (vasprintf(problem, format, args) < 0)
		*problem = NULL;
	va_end(args);
	return -1;
}

/* /REGEX, as strace has it: found anywhere in a name. */
static bool matches(const char *pattern, const char *name, bool *valid)
{
	regex_t regex;
	bool found;

	*valid = !regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
	if (!*valid)
		return false;
	found = !regexec(&regex, name, 0, NULL, 0);
	regfree(&regex);
	return found;
}

static int check_word(const char *word, char **problem)
{
	bool valid;

	if (*word == '%') {
		if (!class_exists(word + 1))
			return refuse(problem, "unknown class: '%s'", word);
	} else if (*word == '/') {
		matches(word + 1, "", &valid);
		if (!valid)
			return refuse(problem, "no regular expression: '%s'",
				      word + 1);
	} else if (!names_syscall_exists(word) && strcmp(word, "all") &&
		   strcmp(word, "none")) {
		return refuse(problem, "unknown system call: '%s'", word);
	}
	return 0;
}

static int add_word(struct filter *filter, const char *word, char **problem)
{
	bool may_miss = *word == '?';
	char **words;

	if (!may_miss && check_word(word, problem) < 0)
		return -1;
	words = reallocarray(filter->words, filter->count + 1, sizeof(*words));
	if (!words)
		return refuse(problem, "out of memory");
	filter->words = words;
	words[filter->count] = strdup(word + may_miss);
	if (!words[filter->count])
		return refuse(problem, "out of memory");
	filter->count++;
	return 0;
}

static int set_words(struct filter *filter, char *list, char **problem)
{
	char *word;

	filter_free(filter);
	filter->negated = *list == '!';
	list += filter->negated;
	while ((word = strsep(&list, ","))) {
		if (add_word(filter, word, problem) < 0)
			return -1;
	}
	return 0;
}

static int set_statuses(unsigned int *statuses, char *list, char **problem)
{
	static const struct {
		const char *name;
		unsigned int bits;
	} names[] = {
		{ "successful", STATUS_SUCCESSFUL },
		{ "failed", STATUS_FAILED },
		{ "unfinished", STATUS_UNFINISHED },
		{ "unavailable", 0 },
		{ "detached", STATUS_DETACHED },
		{ "all", STATUS_ALL },
		{ "none", 0 },
	};
	bool negated = *list == '!';
	unsigned int found = 0;
	char *word;
	size_t i;

	list += negated;
	while ((word = strsep(&list, ","))) {
		for (i = 0; i < ARRAY_SIZE(names); i++) {
			if (!strcmp(names[i].name, word))
				break;
		}
		if (i == ARRAY_SIZE(names))
			return refuse(problem, "unknown status: '%s'", word);
		found |= names[i].bits;
	}
	*statuses = negated ? STATUS_ALL & ~found : found;
	return 0;
}

/* With or without SIG in front; 0 for none of that name. */
static int find_signal(const char *word)
{
	char name[NAMES_SIGNAL_SIZE];
	int signal;

	for (signal = 1; signal <= SIGNALS; signal++) {
		names_signal(signal, name);
		if (!strcasecmp(name, word) ||
		    !strcasecmp(name + strlen("SIG"), word))
			return signal;
	}
	return 0;
}

static int set_signals(uint64_t *hushed, char *list, char **problem)
{
	bool negated = *list == '!';
	uint64_t shown = 0;
	char *word;
	int signal;

	list += negated;
	while ((word = strsep(&list, ","))) {
		signal = find_signal(word);
		if (signal)
			shown |= 1ULL << (signal - 1);
		else if (!strcmp(word, "all"))
			shown = UINT64_MAX;
		else if (strcmp(word, "none"))
			return refuse(problem, "unknown signal: '%s'", word);
	}
	*hushed = negated ? shown : ~shown;
	return 0;
}

static bool is_key(const char *expression, const char *key)
{
	size_t length = strlen(key);

	return !strncmp(expression, key, length) && expression[length] == '=';
}

int filter_parse(struct filter *filter, const struct filter_others *others,
		 const char *expression, char **problem)
{
	/* A regular expression may have the sign, too. */
	const char *equals = *expression == '/' ? NULL :
						  strchr(expression, '=');
	char *list = strdup(equals ? equals + 1 : expression);
	int ret;

	if (!list)
		return refuse(problem, "out of memory");
	if (!equals || is_key(expression, "trace") || is_key(expression, "t")) {
		ret = set_words(filter, list, problem);
	} else if (is_key(expression, "status")) {
		ret = set_statuses(others->statuses, list, problem);
	} else if (is_key(expression, "signal") ||
		   is_key(expression, "signals")) {
		ret = set_signals(others->hushed, list, problem);
	} else {
		ret = refuse(problem,
			     "unknown expression '%s': only trace=NAMES, "
			     "status=STATUSES and signal=SIGNALS are known",
			     expression);
	}
	free(list);
	return ret;
}

static bool is_about(const char *word, const char *name)
{
	bool valid;

	if (*word == '%')
		return class_has(word + 1, name);
	if (*word == '/')
		return matches(word + 1, name, &valid);
	return !strcmp(word, "all") || !strcmp(word, name);
}

bool filter_passes(const struct filter *filter, const char *name)
{
	size_t i;

	if (!filter->count)
		return true;
	for (i = 0; i < filter->count; i++) {
		if (is_about(filter->words[i], name))
			return !filter->negated;
	}
	return filter->negated;
}

void filter_free(struct filter *filter)
{
	size_t i;

	for (i = 0; i < filter->count; i++)
		free(filter->words[i]);
	free(filter->words);
	*filter = (struct filter){ 0 };
}
