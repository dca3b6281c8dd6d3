package dev.sandstone.engine.cleaner;

/** Port: where the scrub keeps how far it is, across restarts. Blocking; one thread at a time. */
public interface ScrubMemory {
    /** What was saved last; empty when nothing was. */
    String load();

    /** Replaces it; what fails is logged by whoever keeps it, and forgotten. */
    void save(String text);

    /** Forgets all at the end of the process. */
    static ScrubMemory none() {
        return new ScrubMemory() {
            private String text = "";

            @Override
            public String load() {
                return text;
            }

            @Override
            public void save(String next) {
                text = next;
            }
        };
    }
}
