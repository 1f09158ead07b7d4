/* SPDX-License-Identifier: GPL-2.0 */
/* SPT_IOC_SET_FILTER. */
#ifndef SPT_REQUEST_FILTER_H
#define SPT_REQUEST_FILTER_H

struct spt_set_filter;
struct spt_tracer;

int spt_request_set_filter(struct spt_tracer *tracer,
			   const struct spt_set_filter *args);

#endif /* SPT_REQUEST_FILTER_H */
