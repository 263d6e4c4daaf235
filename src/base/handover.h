/*
 * handover.h
 *		Temporary files that a process of a query leaves to its leader.
 *
 * What a parallel worker writes to an ordinary temporary file is gone when it
 * ends, and it ends before the leader reads. These files bear the leader's name
 * instead, so that nothing is left behind, whoever fails, and when:
 *
 *	- who takes a file over has it deleted when its query ends, without an error
 *	  or with one (handover_delete_with)
 *	- what nobody took over, because someone failed before, the leader finds by
 *	  name when its transaction ends; its workers have ended by then
 *	- after a crash the server deletes it as all temporary files
 *
 * They lie in the tablespaces of temp_tablespaces, and each process's count
 * for its temp_file_limit while it has them open.
 *
 *		file = handover_create(&name);	... spill_write(file, ...) ...	handover_finish(file);
 *
 * and the leader, which got the name:
 *
 *		handover_delete_with(context, name);	file = handover_open(name);	... spill_read(file, ...) ...
 *		BufFileClose(file);
 */
#ifndef FUNNEL_HANDOVER_H
#define FUNNEL_HANDOVER_H

#include "base/compat.h"

#include "storage/buffile.h"
#include "storage/fd.h"

typedef struct HandoverName
{
	Oid			tablespace;
	int32		writer;			/* process id */
	uint32		number;			/* of the writer's */
	int64		started;		/* when that process did: in a long transaction ids come again */
}			HandoverName;

/* When the library is loaded */
extern void handover_startup(void);

extern BufFile *handover_create(HandoverName *name);

/* All is written: it can be opened by name. No more can be written; it stays open here. */
extern void handover_finish(BufFile *file);

extern BufFile *handover_open(const HandoverName *name);
extern void handover_delete(const HandoverName *name);

/* Deletes it when a memory context goes, after whoever has it open closed it. */
extern void handover_delete_with(MemoryContext context, const HandoverName *name);

/*
 * The same for what could be handed over otherwise: a file of one piece, negative
 * where none can be created, in which writing answers whether there was room on the
 * disk; if not, the file is gone. To be called only where temp_file_limit is not set.
 */
extern File handover_create_plain(HandoverName *name);
extern bool handover_write_plain(File file, const HandoverName *name, int64 position, const void *bytes, Size size);
extern File handover_open_plain(const HandoverName *name);
extern void handover_read_plain(File file, int64 position, void *bytes, Size size);

#endif							/* FUNNEL_HANDOVER_H */
