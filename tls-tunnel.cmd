@echo off
rem Runs tls-tunnel from the unpacked archive (lib\ beside this file) or from a clone, which it builds once.
rem JAVA_HOME and JAVA_OPTS are honoured.
setlocal
set "HOME_DIR=%~dp0"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
    echo tls-tunnel: Java 17 or later is needed: install it or set JAVA_HOME 1>&2
    exit /b 1
)
set "LIB=%HOME_DIR%lib"
if exist "%LIB%" goto run
set "LIB=%HOME_DIR%cli\target\lib"
if exist "%LIB%" goto run
where mvn >nul 2>&1
if errorlevel 1 (
    echo tls-tunnel: this is a source tree without a build: install Maven 3.8 or later, or use a release archive 1>&2
    exit /b 1
)
echo tls-tunnel: building ... 1>&2
call mvn -B -q -f "%HOME_DIR%pom.xml" -pl cli -am -Dquick=true -Dmaven.test.skip=true -Dspotless.check.skip=true -Dlint.fail=-Xlint:none package 1>&2
if errorlevel 1 (
    echo tls-tunnel: the build failed; Maven says why above 1>&2
    exit /b 1
)
:run
"%JAVA%" -XX:+UseSerialGC -Xms16m -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 -XX:-UsePerfData -Xss512k --enable-native-access=ALL-UNNAMED ^
    --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED ^
    --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.util.concurrent=ALL-UNNAMED ^
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.management/sun.management=ALL-UNNAMED ^
    --add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED ^
    --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED ^
    %JAVA_OPTS% -cp "%LIB%\*" io.tlstunnel.cli.Main %*
exit /b %ERRORLEVEL%
