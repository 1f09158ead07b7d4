/* SPDX-License-Identifier: GPL-2.0 */
/* The sub-commands: each gets its own arguments and returns an exit status. */
#ifndef SPTRACE_COMMANDS_H
#define SPTRACE_COMMANDS_H

#include <argp.h>

int command_trace(int argc, char **argv);
int command_run(int argc, char **argv);
int command_status(int argc, char **argv);
int command_scope(int argc, char **argv);
int command_allow(int argc, char **argv);

/* The options of sptrace trace; one without a name ends them. */
extern const struct argp_option trace_options[];

#endif /* SPTRACE_COMMANDS_H */
