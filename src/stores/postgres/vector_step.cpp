#include "stores/postgres/vector_step.h"

namespace repartee::stores::postgres {

namespace {

bool is_true(const sql::Answer& answer) {
    return answer.rows.at(0).integer(0) != 0;
}

}  // namespace

bool ensure_vector_tables(sql::Transaction& transaction) {
    if (!is_true(transaction.run("SELECT to_regtype('vector') IS NOT NULL"))) {
        return false;
    }
    // No dimension: each embedder has its own. And no index over the vectors (HNSW, IVFFlat): one would find
    // what is near among everybody's memories first and then drop what is not the owner's, so that somebody
    // with few memories among many people's would find little or nothing. The B-tree leads to the owner's,
    // and those are looked at one by one: exact, and milliseconds for ten thousand.
    transaction.run(
        "CREATE TABLE IF NOT EXISTS memory_embeddings ("
        "owner TEXT COLLATE \"C\" NOT NULL, id TEXT COLLATE \"C\" NOT NULL, "
        "embedder TEXT COLLATE \"C\" NOT NULL, embedding vector NOT NULL, "
        "PRIMARY KEY (owner, id), "
        "FOREIGN KEY (owner, id) REFERENCES memories (owner, id) ON DELETE CASCADE)");
    // In the row as long as it fits on a page, so up to 2000 numbers: elsewhere each costs a journey of its
    // own.
    transaction.run("ALTER TABLE memory_embeddings ALTER COLUMN embedding SET STORAGE MAIN");
    transaction.run(
        "CREATE INDEX IF NOT EXISTS memory_embeddings_by_embedder ON memory_embeddings (owner, embedder)");
    // How far the copies of an owner's vectors have come: see postgres_memories.h.
    transaction.run(
        "CREATE TABLE IF NOT EXISTS memory_embedding_owners ("
        "owner TEXT COLLATE \"C\" PRIMARY KEY REFERENCES memory_owners (owner) ON DELETE CASCADE, "
        "revision BIGINT NOT NULL, id TEXT COLLATE \"C\" NOT NULL)");
    return true;
}

bool has_vector_tables(sql::Transaction& transaction) {
    return is_true(transaction.run(
        "SELECT to_regtype('vector') IS NOT NULL AND to_regclass('memory_embedding_owners') IS NOT NULL"));
}

void create_vector_extension(sql::Transaction& transaction) {
    if (!is_true(transaction.run("SELECT to_regtype('vector') IS NOT NULL"))) {
        transaction.run("CREATE EXTENSION IF NOT EXISTS vector");
    }
}

}  // namespace repartee::stores::postgres
