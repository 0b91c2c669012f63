// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import java.nio.ByteBuffer;

/**
 * The machine code of {@link SyscallStubs}: x86-64, for the calling convention of the System V ABI.
 *
 * <p>A native method finds the JNIEnv in rdi, its class in rsi, its first four parameters in rdx, rcx, r8 and r9, and the others on the
 * stack, above the address it returns to. The kernel takes the number of the call in rax and its arguments in rdi, rsi, rdx, r10, r8 and
 * r9. It returns the result, or the error number negated, in rax, and changes rcx and r11 besides, which are the callee's to change.
 */
final class StubCode {

    /** {@code long call(long number, long a, long b, long c)} */
    private static final int[] THREE_ARGUMENTS = {
        0x48, 0x89, 0xd0, //             mov rax, rdx
        0x48, 0x89, 0xcf, //             mov rdi, rcx
        0x4c, 0x89, 0xc6, //             mov rsi, r8
        0x4c, 0x89, 0xca, //             mov rdx, r9
        0x0f, 0x05, //                   syscall
        0xc3, //                         ret
    };

    /** {@code long call(long number, long a, long b, long c, long d, long e, long f)} */
    private static final int[] SIX_ARGUMENTS = {
        0x48, 0x89, 0xd0, //             mov rax, rdx
        0x48, 0x89, 0xcf, //             mov rdi, rcx
        0x4c, 0x89, 0xc6, //             mov rsi, r8
        0x4c, 0x89, 0xca, //             mov rdx, r9
        0x4c, 0x8b, 0x54, 0x24, 0x08, // mov r10, [rsp + 8]
        0x4c, 0x8b, 0x44, 0x24, 0x10, // mov r8, [rsp + 16]
        0x4c, 0x8b, 0x4c, 0x24, 0x18, // mov r9, [rsp + 24]
        0x0f, 0x05, //                   syscall
        0xc3, //                         ret
    };

    /** Where in the code the stub of three arguments begins, and that of six: each on a cache line of its own. */
    static final int THREE = 0;

    static final int SIX = 64;

    private StubCode() {}

    /** Writes the code to the start of a page. */
    static void write(ByteBuffer page) {
        write(page, THREE, THREE_ARGUMENTS);
        write(page, SIX, SIX_ARGUMENTS);
    }

    private static void write(ByteBuffer page, int offset, int[] code) {
        for (int i = 0; i < code.length; i++) {
            page.put(offset + i, (byte) code[i]);
        }
    }
}
