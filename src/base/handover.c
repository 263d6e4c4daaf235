/*
 * handover.c
 *		Temporary files that a process of a query leaves to its leader.
 *
 * They are a file set (storage/fileset.h) of the leader's process id, as those
 * of a parallel hash join are, under a number that no counter gets to. But
 * nobody made it: any process of the query can write it down.
 */
#include "base/compat.h"

#include <fcntl.h>
#include <unistd.h>

#include "access/parallel.h"
#include "access/session.h"
#include "access/xact.h"
#include "base/handover.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/proc.h"
#include "storage/sharedfileset.h"
#include "utils/memutils.h"
#if PG_VERSION_NUM >= 140000
#include "utils/wait_event.h"
#endif
/* PG_TEMP_FILE_PREFIX has moved there since; 13's can't be read beside fd.h. */
#if PG_VERSION_NUM >= 160000
#include "common/file_utils.h"
#endif

/* A process counts its file sets from 0. */
#define SET_NUMBER		((uint32) 0xf00ef00e)

/* Since 15, file sets stand alone; before, they are part of shared ones, of which nothing else is looked at here. */
#if PG_VERSION_NUM >= 150000
typedef FileSet Set;
#define set_create_buffered(set, name)	BufFileCreateFileSet(set, name)
#define set_open_buffered(set, name)	BufFileOpenFileSet(set, name, O_RDONLY, false)
#define set_finish(file)				BufFileExportFileSet(file)
#define set_create(set, name)			FileSetCreate(set, name)
#define set_open(set, name)				FileSetOpen(set, name, O_RDONLY)
#define set_delete(set, name)			FileSetDelete(set, name, false)
#define set_delete_all(set)				FileSetDeleteAll(set)
#else
typedef SharedFileSet Set;
#define set_create_buffered(set, name)	BufFileCreateShared(set, name)
#define set_finish(file)				BufFileExportShared(file)
#define set_create(set, name)			SharedFileSetCreate(set, name)
#define set_delete(set, name)			SharedFileSetDelete(set, name, false)
#define set_delete_all(set)				SharedFileSetDeleteAll(set)
#if PG_VERSION_NUM >= 140000
#define set_open_buffered(set, name)	BufFileOpenShared(set, name, O_RDONLY)
#define set_open(set, name)				SharedFileSetOpen(set, name, O_RDONLY)
#else
#define set_open_buffered(set, name)	BufFileOpenShared(set, name)
#define set_open(set, name)				SharedFileSetOpen(set, name)
#endif
#endif

/* Has this process said in this transaction that there are such files? */
static bool is_announced = false;

static int32
leader_pid(void)
{
	return MyProc->lockGroupLeader != NULL ? MyProc->lockGroupLeader->pid : MyProcPid;
}

static Set
set_in(Oid tablespace)
{
	Set			set;

	memset(&set, 0, sizeof(Set));
	set.creator_pid = leader_pid();
	set.number = SET_NUMBER;
	set.ntablespaces = 1;
	set.tablespaces[0] = tablespace;
	return set;
}

/* A file of no content, whose being there says that the leader has files to look for; the server's, after a crash */
static void
announcement_path(char *path)
{
	char		directory[MAXPGPATH];

	TempTablespacePath(directory, MyDatabaseTableSpace);
	snprintf(path, MAXPGPATH, "%s/%s%d.funnel_metrics", directory, PG_TEMP_FILE_PREFIX, leader_pid());
}

static bool
announce(void)
{
	char		directory[MAXPGPATH];
	char		path[MAXPGPATH];
	int			file;

	if (is_announced)
		return true;
	TempTablespacePath(directory, MyDatabaseTableSpace);
	if (MakePGDirectory(directory) < 0 && errno != EEXIST)
		return false;
	announcement_path(path);
	file = BasicOpenFile(path, O_RDWR | O_CREAT | PG_BINARY);
	if (file < 0)
		return false;
	close(file);
	is_announced = true;
	return true;
}

static void
announce_or_fail(void)
{
	char		path[MAXPGPATH];

	announcement_path(path);
	if (!announce())
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not create file \"%s\": %m", path)));
}

/* Where the next temporary file goes */
static Oid
choose_tablespace(uint32 number)
{
	Oid			tablespaces[8];
	int			count;
	Oid			chosen;

	PrepareTempTablespaces();
	count = GetTempTablespaces(tablespaces, lengthof(tablespaces));
	chosen = count > 0 ? tablespaces[number % count] : InvalidOid;
	return OidIsValid(chosen) ? chosen : MyDatabaseTableSpace;
}

static void
name_next(HandoverName *name)
{
	static uint32 counter = 0;

	name->writer = MyProcPid;
	name->started = MyStartTimestamp;
	name->number = counter++;
	name->tablespace = choose_tablespace(name->number);
}

static const char *
file_name(const HandoverName *name)
{
	static char text[MAXPGPATH];

	snprintf(text, sizeof(text), "%d." INT64_FORMAT ".%u", name->writer, name->started, name->number);
	return text;
}

/* The file set, and so the leader's name, is copied: a BufFile keeps a pointer to it. */
static Set *
set_of(const HandoverName *name)
{
	Set		   *set = palloc(sizeof(Set));

	*set = set_in(name->tablespace);
	return set;
}

BufFile *
handover_create(HandoverName *name)
{
	name_next(name);
	announce_or_fail();
	return set_create_buffered(set_of(name), file_name(name));
}

void
handover_finish(BufFile *file)
{
	set_finish(file);
}

BufFile *
handover_open(const HandoverName *name)
{
	return set_open_buffered(set_of(name), file_name(name));
}

/*
 * A file of one piece has its name, others that and the number of a piece. Not
 * by BufFileDeleteFileSet: it may be gone already, and this runs where nothing
 * may be interrupted.
 */
void
handover_delete(const HandoverName *name)
{
	Set			set = set_in(name->tablespace);
	char		piece[MAXPGPATH];
	int			number = 0;

	if (set_delete(&set, file_name(name)))
		return;
	do
		snprintf(piece, sizeof(piece), "%s.%d", file_name(name), number++);
	while (set_delete(&set, piece));
}

/* ---- files of one piece ---- */

/*
 * A tablespace that can't be written to, or has gone, refuses by an error. It can be caught without
 * a subtransaction, which parallel mode forbids: nothing is held then, and no interrupt is served.
 */
File
handover_create_plain(HandoverName *name)
{
	MemoryContext before = CurrentMemoryContext;
	volatile File file = -1;
	Set			set;

	name_next(name);
	if (!announce())
		return -1;
	set = set_in(name->tablespace);
	PG_TRY();
	{
		file = set_create(&set, file_name(name));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(before);
		FlushErrorState();
	}
	PG_END_TRY();
	return file;
}

bool
handover_write_plain(File file, const HandoverName *name, int64 position, const void *bytes, Size size)
{
	const char *at = bytes;

	while (size > 0)
	{
		int			part = (int) Min(size, 1024 * 1024);
		int			written;

		CHECK_FOR_INTERRUPTS();
		errno = 0;
		/* const, and wider, only since 16 */
		written = FileWrite(file, unconstify(char *, at), part, position, WAIT_EVENT_BUFFILE_WRITE);
		if (written <= 0)
		{
			FileClose(file);
			handover_delete(name);
			return false;
		}
		at += written;
		position += written;
		size -= written;
	}
	return true;
}

File
handover_open_plain(const HandoverName *name)
{
	Set			set = set_in(name->tablespace);

	return set_open(&set, file_name(name));
}

void
handover_read_plain(File file, int64 position, void *bytes, Size size)
{
	char	   *at = bytes;

	while (size > 0)
	{
		int			read;

		CHECK_FOR_INTERRUPTS();
		read = FileRead(file, at, (int) Min(size, 1024 * 1024), position, WAIT_EVENT_BUFFILE_READ);
		if (read <= 0)
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not read a temporary file of a parallel worker: %m")));
		at += read;
		position += read;
		size -= read;
	}
}

/* ---- the end ---- */

typedef struct Deletion
{
	HandoverName name;
	MemoryContextCallback callback;
}			Deletion;

static void
delete_named(void *deletion)
{
	handover_delete(&((const Deletion *) deletion)->name);
}

void
handover_delete_with(MemoryContext context, const HandoverName *name)
{
	Deletion   *deletion = MemoryContextAlloc(context, sizeof(Deletion));

	deletion->name = *name;
	deletion->callback.func = delete_named;
	deletion->callback.arg = deletion;
	MemoryContextRegisterResetCallback(context, &deletion->callback);
}

/* Deletes all that bears this process's name, in every tablespace there is. */
static void
sweep(void)
{
	Set			set = set_in(MyDatabaseTableSpace);
	DIR		   *directory;
	struct dirent *entry;

	set_delete_all(&set);
	directory = AllocateDir("pg_tblspc");
	while (directory != NULL && (entry = ReadDirExtended(directory, "pg_tblspc", LOG)) != NULL)
	{
		set.tablespaces[0] = atooid(entry->d_name);
		if (OidIsValid(set.tablespaces[0]))
			set_delete_all(&set);
	}
	if (directory != NULL)
		FreeDir(directory);
}

/*
 * A transaction ends. Whether a worker announced something is one look into a
 * directory, and none in sessions that have never had a worker. Ours have all
 * ended: both ways of ending wait for that first.
 */
static void
at_transaction_end(XactEvent event, void *arg)
{
	char		path[MAXPGPATH];

	(void) arg;
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	if (!is_announced && (CurrentSession == NULL || CurrentSession->segment == NULL))
		return;
	announcement_path(path);
	if (unlink(path) == 0)
		sweep();
	is_announced = false;
}

void
handover_startup(void)
{
	RegisterXactCallback(at_transaction_end, NULL);
}
