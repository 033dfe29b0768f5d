package dev.weft.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/**
 * The operator of this build with defects: its planner throws whatever it is asked, and so does
 * what looks at its election.
 */
final class DefectiveOperator {
  private static final List<Spoilt> SPOILT =
      List.of(
          new Spoilt("dev/weft/mesh/plan/MeshPlanner.class", "plan", 1),
          new Spoilt("dev/weft/operator/ElectionWatch.class", "look", 0));

  /** A method that throws. */
  private record Spoilt(String file, String method, int parameters) {}

  private static final ClassDesc THROWN = ClassDesc.of("java.lang.IllegalStateException");

  private DefectiveOperator() {}

  /**
   * Puts it into a folder, as a lab takes an image.
   *
   * @param repository the tree, built
   */
  static Path in(Path folder, Path repository) {
    try {
      var lib = Files.createDirectories(folder.resolve("lib"));
      var target = repository.resolve("operator/target");
      copy(repository.resolve("operator/weft-operator"), folder);
      copy(repository.resolve("deploy/launch/find-java.sh"), folder);
      for (var jars : List.of(target, target.resolve("lib"))) {
        try (var files = Files.newDirectoryStream(jars, "*.jar")) {
          for (var jar : files) {
            if (!jar.toString().endsWith("-tests.jar")) {
              spoil(copy(jar, lib));
            }
          }
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path copy(Path file, Path folder) throws IOException {
    var to = folder.resolve(Objects.requireNonNull(file.getFileName()));
    return Files.copy(
        file, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void spoil(Path jar) throws IOException {
    try (var files = FileSystems.newFileSystem(jar)) {
      for (var spoilt : SPOILT) {
        var file = files.getPath(spoilt.file());
        if (Files.exists(file)) {
          Files.write(file, throwing(Files.readAllBytes(file), spoilt));
        }
      }
    }
  }

  private static byte[] throwing(byte[] of, Spoilt spoilt) {
    var classes = ClassFile.of();
    return classes.transformClass(
        classes.parse(of),
        ClassTransform.transformingMethodBodies(
            method ->
                method.methodName().equalsString(spoilt.method())
                    && method.methodTypeSymbol().parameterCount() == spoilt.parameters(),
            new Defect()));
  }

  /** A method that throws, and nothing else of what it was. */
  private record Defect() implements CodeTransform {
    @Override
    public void atStart(CodeBuilder code) {
      code.new_(THROWN)
          .dup()
          .ldc("a defect, made for a test")
          .invokespecial(
              THROWN,
              ConstantDescs.INIT_NAME,
              MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String))
          .athrow();
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      // Dropped.
    }
  }
}
