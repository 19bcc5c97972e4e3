// log_events.h - every event that a log line can name.
//
// Names are part of the interface to ops: alerts and searches use them.  Add at the end of a group, never
// rename.
#ifndef KENTONGAN_LOG_EVENTS_H
#define KENTONGAN_LOG_EVENTS_H

// EVENT(name): what happened and what follows from it.
#define LOG_EVENTS(EVENT)                                                                                    \
    /* every service */                                                                                      \
    EVENT(UP)              /* ready to work; version and process id follow */                                \
    EVENT(DOWN)            /* stopped in order; exit code follows */                                         \
    EVENT(SETTING_WRONG)   /* a setting cannot be used; the process ends with exit code 78 */                \
    EVENT(DB_CONNECTED)    /* a connection to PostgreSQL stands */                                           \
    EVENT(DB_AWAY)         /* PostgreSQL cannot be reached or went away; retried with back-off */            \
    EVENT(DB_REFUSED)      /* PostgreSQL refused a statement; sqlstate follows */                            \
    EVENT(DB_UNSAFE)       /* PostgreSQL is set not to flush commits; nothing is acknowledged */             \
    EVENT(CACHE_AWAY)      /* Redis cannot be reached; the sweep does its work */                            \
    EVENT(CACHE_CONNECTED) /* a connection to Redis stands */                                                \
    EVENT(BUS_FULL)        /* a message was not sent; the next stage's sweep will find its rows */           \
    EVENT(BUS_UNREADABLE)  /* a message inside the cluster could not be read; dropped, its rows stand */     \
    EVENT(BATCH_FAILED)    /* a batch was not stored; its items come again with the sweep */                 \
    EVENT(ITEM_FAILED)     /* one item failed by its own fault; tried again later */                         \
    EVENT(ITEM_PARKED)     /* one item is set aside with its reason; a person has to look */                 \
    EVENT(SWEPT)           /* a sweep found rows that no message had brought */                              \
    EVENT(ACTIVE)          /* this replica won the election and works */                                     \
    EVENT(STANDBY)         /* another replica works; this one waits */                                       \
    EVENT(FAILPOINT)       /* a named failpoint was reached on purpose */                                    \
    /* ingest */                                                                                             \
    EVENT(REPORT_ACCEPTED)   /* a report is on disk and answered */                                          \
    EVENT(REPORT_REJECTED)   /* a report can never be accepted; field and reason follow */                   \
    EVENT(PEER_GONE)         /* a receipt found no client; it will ask again */                              \
    EVENT(KEY_REFUSED)       /* a CURVE handshake with an unknown or revoked key */                          \
    EVENT(KEY_REVOKED)       /* a message over an established connection whose key is revoked */             \
    EVENT(SOURCE_REGISTERED) /* a new source name was seen on the plain socket */                            \
    EVENT(BACKLOG_FULL)      /* the stages behind are too far behind; reports are answered RETRY_LATER */    \
    EVENT(BACKLOG_CLEARED)   /* reports are accepted again */                                                \
    EVENT(KEYS_LOADED) /* the keys of closed buckets are in memory; only what they cannot rule out is looked \
                          up */                                                                              \
    EVENT(BUCKET_OPENED) /* the idempotency index starts a new region */                                     \
    /* classifier, router */                                                                                 \
    EVENT(REPORT_TRIAGED) /* topic, place and duplicates of a report are decided */                          \
    EVENT(REPORT_ROUTED)  /* a report has its ticket and agency */                                           \
    EVENT(DATA_LOADED)    /* regions, topics, routes or devices were read from PostgreSQL */                 \
    EVENT(INDEX_REBUILT)  /* the index of recent reports was read back from PostgreSQL */                    \
    EVENT(ROUTE_MISSING)  /* no rule covers a report; it goes to the triage desk */                          \
    EVENT(MODEL_LOADED)   /* topics are named by this model from now on */                                   \
    EVENT(MODEL_REFUSED)  /* a model cannot be read; the one in use stays */                                 \
    EVENT(INCIDENT)       /* the same matter from many places is one incident */                             \
    EVENT(CORRECTED)      /* what an officer said of a report was done */                                    \
    EVENT(SPLIT_TAKEN_IN) /* a report that was split off is a first one in the index */                      \
    EVENT(ACT_TAKEN_IN)   /* what was done on a ticket: stage and agency that follow from it */              \
    /* watcher */                                                                                            \
    EVENT(CLOCK_STARTED)  /* a deadline runs */                                                              \
    EVENT(TIMERS_REBUILT) /* Redis had lost the timers; they were set again from PostgreSQL */               \
    EVENT(STEP_FIRED)     /* a warning or breach of a deadline was fired */                                  \
    EVENT(CLOCK_SKEWED)   /* this machine's clock differs from PostgreSQL's by more than 2 s */              \
    EVENT(CLOCK_STOPPED)  /* a deadline's clock stopped; see stop */                                         \
    EVENT(CLOCK_MOVED)    /* a deadline is due at another time, or by another policy */                      \
    EVENT(RULES_APPLIED)  /* all running deadlines are by the rules of that version */                       \
    EVENT(POLICY_REFUSED) /* a row of the rules has what this program does not know; it is left out */       \
    /* notifier */                                                                                           \
    EVENT(PUSH_ACCEPTED)    /* the push service took it; that is not yet delivered */                        \
    EVENT(PUSH_RETRY)       /* the push service could not take it; tried again at the time given */          \
    EVENT(PUSH_REFUSED)     /* the push service will never take it; see status */                            \
    EVENT(DEVICE_GONE)      /* the push service says that the subscription ended; the device is removed */   \
    EVENT(ENDPOINT_REFUSED) /* a device's address is not one that we may connect to */                       \
    EVENT(NO_DEVICE)        /* an agency has a notice and no phone to send it to */                          \
    EVENT(LEG_DEAD)         /* a way to reach people fails for all; others are gone at once */               \
    EVENT(LEG_UP)           /* a way to reach people works again */                                          \
    EVENT(REPLY_ACCEPTED)   /* a reporter's answer was accepted by a leg; that is not yet delivered */       \
    EVENT(REPLY_RETRY)      /* a leg could not take a reporter's answer; tried again later */                \
    EVENT(REPLY_REFUSED)    /* a leg will never take a reporter's answer; it goes by the next way */         \
    EVENT(REPLY_PAGE)       /* a reporter's answer stands on the tracking page alone */                      \
    EVENT(REPLY_SEALED)     /* addresses of reporters cannot be opened with the key that is set */           \
    EVENT(REPLY_WORDLESS)   /* there is no template for what a reporter has to be told */                    \
    /* portal */                                                                                             \
    EVENT(LOGGED_IN)        /* a person has a session from now on */                                         \
    EVENT(LOGIN_REFUSED)    /* a wrong password or code; person 0: a name that nobody has */                 \
    EVENT(LOGGED_OUT)       /* a person ended his session */                                                 \
    EVENT(PAGES_READ)       /* the pages are in memory */                                                    \
    EVENT(LISTEN_FAILED)    /* an address cannot be listened on; the process ends */                         \
    EVENT(CONNECTIONS_CUT)  /* clients that took too long were cut off */                                    \
    EVENT(ROUTE_FAILED)     /* a route said nothing by its own fault; the client was told 500 */             \
    EVENT(MESSAGE_REFUSED)  /* what a network brought can never be a report; it is told 200 and forgotten */ \
    EVENT(MESSAGE_LEFT_OUT) /* parts of a webhook that say nothing to us */

#define LOG_EVENT_NAME(name) EV_##name,
enum log_event { LOG_EVENTS(LOG_EVENT_NAME) EV_COUNT };
#undef LOG_EVENT_NAME

#endif
