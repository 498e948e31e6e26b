package paykka.sign;

import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A pointer that is ended once, after its last use: any number of calls share it, and whoever ends it waits for them. It ends
 * by {@code close}, or when nobody can reach its owner any more.
 */
final class Handle implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final String name;
    private final Consumer<Pointer> free;
    private Pointer pointer;

    Handle(String name, Pointer pointer, Consumer<Pointer> free) {
        this.name = name;
        this.pointer = pointer;
        this.free = free;
    }

    Cleaner.Cleanable endWith(Object owner) {
        return CLEANER.register(owner, this);
    }

    <T> T lend(Function<Pointer, T> call) {
        lock.readLock().lock();
        try {
            if (pointer == null) {
                throw new PaykkaException(
                        Result.NULL_POINTER,
                        "the " + name + " was closed; make another one, or close it after its last use");
            }
            return call.apply(pointer);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void run() {
        lock.writeLock().lock();
        try {
            if (pointer != null) {
                free.accept(pointer);
                pointer = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
